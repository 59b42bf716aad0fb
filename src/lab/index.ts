export * from './load/index.js';
export * from './mock-llm/index.js';
