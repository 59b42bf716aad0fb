export { FAULTS } from './faults/index.js';
export type { MockLlmOptions } from './options.js';
export { type MockLlm, startMockLlm } from './server.js';
