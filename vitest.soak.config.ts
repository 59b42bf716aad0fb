import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * `npm run test:soak`: the property tests alone, with many times the runs that `npm test` affords. What fails here
 * once would fail there some day.
 */
export default defineConfig({
  test: {
    include: ['src', 'web/src', 'test'].flatMap(propertyTestsIn),
    setupFiles: ['test/support/soak.ts'],
    testTimeout: 0,
    hookTimeout: 120_000,
  },
});

/** Tests that make up their input, by themselves or by a suite that they share. */
function propertyTestsIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .filter((file) => /fast-check|shared-tier-model/.test(readFileSync(file, 'utf8')));
}
