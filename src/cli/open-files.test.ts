import { describe, expect, test } from 'vitest';
import { fewFilesWarning, parseOpenFileLimit, streamsWithin } from './open-files.js';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max processes             96105                96105                processes 
Max open files            256                  4096                 files     
`;

describe('the limit of open files', () => {
  test('is the soft one', () => {
    expect(parseOpenFileLimit(LIMITS)).toBe(256);
  });

  test('is unknown where there is none, or nothing to read', () => {
    expect(parseOpenFileLimit(LIMITS.replace('256 ', 'unlimited '))).toBeUndefined();
    expect(parseOpenFileLimit('')).toBeUndefined();
  });

  test('leaves two files for each stream, beside the server itself', () => {
    expect(streamsWithin(256)).toBe(96);
    expect(streamsWithin(20)).toBe(0);
  });

  test('is complained of with what to do about it', () => {
    const warning = fewFilesWarning(256, 20_000);
    expect(warning).toContain('256 files');
    expect(warning).toContain('about 96 streams');
    expect(warning).toContain('ulimit -n');
  });

  test('blames no model server: what is refused then is refused by us', () => {
    const warning = fewFilesWarning(256, 20_000);
    expect(warning).toContain('(overloaded)');
    expect(warning).not.toContain('reached');
  });

  test('is enough for a thousand streams, or for as many as may connect', () => {
    expect(fewFilesWarning(1024, 20_000)).toBeDefined();
    expect(fewFilesWarning(4096, 20_000)).toBeUndefined();
    expect(fewFilesWarning(256, 50)).toBeUndefined();
  });
});
