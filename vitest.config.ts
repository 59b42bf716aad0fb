import { defineConfig } from 'vitest/config';

/** LangGraph's own tests of checkpoint savers: they look for Vitest's globals, and only when Vitest loads them. */
const SAVERS = 'test/conformance/langgraph-savers.test.ts';

/** For whoever waits for something to come about. No test may fail because the machine was busy with other things. */
const PATIENCE = {
  testTimeout: 180_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 90_000, interval: 25 } },
};

/**
 * `unit` runs the sources; the others run the build (worker threads and the command line exist only there).
 * `npm test` builds first.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/architecture/**/*.test.ts', 'web/src/**/*.test.ts'],
          ...PATIENCE,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,conformance,fuzz,clients,examples}/**/*.test.ts'],
          exclude: [SAVERS],
          ...PATIENCE,
        },
      },
      {
        test: {
          name: 'savers',
          include: [SAVERS],
          globals: true,
          server: { deps: { inline: ['@langchain/langgraph-checkpoint-validation'] } },
          ...PATIENCE,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          ...PATIENCE,
          fileParallelism: false,
        },
      },
    ],
  },
});
