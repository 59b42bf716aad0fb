import { expect, it } from 'vitest';
import { DEFAULT_INGEST_SETTINGS, resolveIngestSettings } from './options.js';

it('fills in defaults and freezes', () => {
  const settings = resolveIngestSettings({ chunkTokens: 256 });
  expect(settings).toEqual({ ...DEFAULT_INGEST_SETTINGS, chunkTokens: 256 });
  expect(Object.isFrozen(settings)).toBe(true);
});

it.each([
  [{ chunkTokens: 31 }, 'ingest.chunkTokens'],
  [{ maxFileBytes: 1.5 }, 'ingest.maxFileBytes'],
  [{ memoryLimitMb: Number.NaN }, 'ingest.memoryLimitMb'],
  [{ chunkTokens: 64, chunkOverlapTokens: 33 }, 'ingest.chunkOverlapTokens'],
])('names the option that is wrong in %j', (given, key) => {
  expect(() => resolveIngestSettings(given)).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(key) }),
  );
});
