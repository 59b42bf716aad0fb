import { readdirSync, readFileSync, statSync } from 'node:fs';
import Database from 'libsql';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sharedTierModelTest } from '../../../../test/support/shared-tier-model.js';
import { sharedTierSuite } from '../../../../test/support/shared-tier-suite.js';
import { TempFolder } from '../../../../test/support/temp-folder.js';
import type { NaraeEvent } from '../../../observe/index.js';
import type { TierRecord } from '../../tier.js';
import { openEmbeddedTier } from './index.js';

const LIMIT_BYTES = 1_000_000;
const at = (id: string) => ({ cache: 'answer', tenant: '나래', id });

let folder: TempFolder;
let events: NaraeEvent[];
let nowMs: number;

beforeEach(() => {
  folder = new TempFolder();
  events = [];
  nowMs = Date.now();
});
afterEach(() => folder.remove());

function open(path = folder.at('data/cache.db')) {
  const clock = { now: () => nowMs, monotonicMs: () => nowMs };
  return openEmbeddedTier({ path, limitBytes: LIMIT_BYTES }, { clock, emit: (event) => events.push(event) });
}

function record(bytes: number): TierRecord {
  const untilMs = nowMs + 24 * 3_600_000;
  const body = Buffer.alloc(bytes, 7);
  return { body, storedAtMs: nowMs, freshUntilMs: untilMs, keepUntilMs: untilMs, reads: 0 };
}

describe('the embedded tier', () => {
  let files = 0;
  const shared = new TempFolder();
  afterAll(() => shared.remove());
  const openAt = (name: string) => openEmbeddedTier({ path: shared.at(name), limitBytes: LIMIT_BYTES });

  sharedTierSuite(async () => {
    const name = `${files++}.db`;
    const [here, there] = [openAt(name), openAt(name)];
    const close = async (): Promise<void> => {
      await here.close();
      await there.close();
    };
    return { here, there, close };
  });

  sharedTierModelTest(async () => openAt(`${files++}.db`));

  it('survives a restart', async () => {
    const tier = open();
    await tier.write(at('=:a'), record(10), []);
    await tier.close();
    const again = open();
    expect((await again.read(at('=:a')))?.body).toHaveLength(10);
    await again.close();
  });

  it('stays within its bytes: what was not read for longest goes first', async () => {
    const tier = open();
    for (let n = 0; n < 300; n++) {
      nowMs += 1_000;
      await tier.write(at(`=:${n}`), record(10_000), []);
      nowMs += 61_000;
      expect(await tier.read(at('=:0'))).toBeDefined();
    }
    expect(tier.size()?.bytes).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(await tier.read(at('=:1'))).toBeUndefined();
    expect(await tier.read(at('=:299'))).toBeDefined();
    await tier.close();
    const bytes = readdirSync(folder.at('data')).map((name) => statSync(folder.at(`data/${name}`)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1.5 * LIMIT_BYTES);
  });

  it('closes once, for all who close it', async () => {
    const tier = open();
    const written = tier.write(at('=:a'), record(1), []);
    const first = tier.close();
    expect(tier.close()).toBe(first);
    await written;
    await first;
    await expect(tier.write(at('=:b'), record(1), [])).rejects.toMatchObject({ code: 'closing' });
  });

  it('tells once that it cannot be kept within its bytes, and again when it could be since', async () => {
    const tier = open();
    await tier.write(at('=:first'), record(1), []);
    const other = new Database(folder.at('data/cache.db'));
    const fill = async (name: string): Promise<void> => {
      for (let n = 0; n < 120; n++) await tier.write(at(`=:${name} ${n}`), record(10_000), []);
    };
    const breakSweeps = (): unknown =>
      other.exec("CREATE TRIGGER bad BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'bad'); END");
    breakSweeps();
    await fill('a');
    expect(events).toEqual([expect.objectContaining({ type: 'notice', level: 'warn' })]);
    other.exec('DROP TRIGGER bad');
    await fill('b');
    expect(tier.size()?.bytes).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(events).toHaveLength(1);
    breakSweeps();
    await fill('c');
    expect(events).toHaveLength(2);
    other.close();
    await tier.close();
  });

  it('tells how much is kept, whoever wrote it', async () => {
    const [tier, other] = [open(), open()];
    expect(tier.size()).toEqual({ entries: 0, bytes: 0 });
    await other.write(at('=:a'), record(1_000), []);
    expect(tier.size()).toEqual(other.size());
    expect(tier.size()?.entries).toBe(1);
    await tier.close();
    await other.close();
  });

  it.each([
    ['no database', 'this is no database, it is a text that somebody put there '.repeat(200)],
    ['torn', ''],
    ['of another format', 'format'],
  ])('makes a file anew that is %s, and tells', async (kind, content) => {
    const tier = open();
    for (let n = 0; n < 50; n++) await tier.write(at(`=:${n}`), record(2_000), []);
    await tier.close();
    if (content === 'format') setFormat(folder.at('data/cache.db'), 99);
    else if (content === '') folder.write('data/cache.db', torn(folder.at('data/cache.db')));
    else folder.write('data/cache.db', content);
    const again = open();
    for (let n = 0; n < 50; n++) await again.read(at(`=:${n}`)).catch(() => {});
    await again.write(at('=:new'), record(5), []);
    expect(await again.read(at('=:new')), kind).toBeDefined();
    expect(events).toContainEqual(expect.objectContaining({ type: 'notice' }));
    await again.close();
  });

  it('is down where its file cannot be, and comes back', async () => {
    folder.write('data', 'a file where the folder should be');
    const tier = open();
    await expect(tier.read(at('=:a'))).rejects.toThrow();
    await expect(tier.write(at('=:a'), record(1), [])).rejects.toThrow();
    expect(events.filter(({ type }) => type === 'error')).toHaveLength(1);
    folder.remove();
    nowMs += 10_001;
    await tier.write(at('=:a'), record(1), []);
    expect(await tier.read(at('=:a'))).toBeDefined();
    await tier.close();
  });

  it('waits for another process that writes, without holding up the event loop', async () => {
    const tier = open();
    await tier.write(at('=:a'), record(1), []);
    const writer = new Database(folder.at('data/cache.db'));
    writer.exec('BEGIN IMMEDIATE');
    let isWritten = false;
    const written = tier.write(at('=:b'), record(1), []).then(() => {
      isWritten = true;
    });
    expect(await tier.read(at('=:a'))).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isWritten).toBe(false);
    writer.exec('COMMIT');
    await written;
    expect(await tier.read(at('=:b'))).toBeDefined();
    writer.close();
    await tier.close();
  });
});

function torn(path: string): Buffer {
  const database = new Database(path);
  const { page_size: size } = database.prepare('PRAGMA page_size').get() as { page_size: number };
  database.close();
  // The first page, with the header, stays; every later one is noise.
  return Buffer.concat([readHead(path, size), Buffer.alloc(20 * size, 0xa5)]);
}

function readHead(path: string, bytes: number): Buffer {
  return readFileSync(path).subarray(0, bytes);
}

function setFormat(path: string, format: number): void {
  const database = new Database(path);
  database.exec(`PRAGMA user_version = ${format}`);
  database.close();
}
