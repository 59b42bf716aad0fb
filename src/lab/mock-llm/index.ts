export { FAULTS } from './faults/index.js';
export {
  EMBEDDING_DIMENSIONS_LIMIT,
  type MockLlmOptions,
  type MockSettings,
  SETTING_LIMITS,
} from './options.js';
export { type MockLlm, startMockLlm } from './server.js';
export type { Disconnect, MockStats } from './stats.js';
