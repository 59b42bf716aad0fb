import { defineConfig } from 'vitest/config';

/** LangGraph's own tests of checkpoint savers: they look for Vitest's globals, and only when Vitest loads them. */
const SAVERS = 'test/conformance/langgraph-savers.test.ts';

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
          // A limit for what hangs: on a busy machine the longest of them have taken more than five seconds.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,conformance,fuzz,clients,examples}/**/*.test.ts'],
          exclude: [SAVERS],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'savers',
          include: [SAVERS],
          globals: true,
          server: { deps: { inline: ['@langchain/langgraph-checkpoint-validation'] } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
