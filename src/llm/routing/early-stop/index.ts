export type { RuleName } from './rule.js';
export { hasRules, stopEarly } from './stop-early.js';
