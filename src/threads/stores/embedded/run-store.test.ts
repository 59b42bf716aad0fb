import { expect, test } from 'vitest';
import { TempFolder } from '../../../../test/support/temp-folder.js';
import { NaraeError } from '../../../core/index.js';
import type { Neighbours } from '../../neighbours/index.js';
import type { NewRun } from '../../runs/run-store.js';
import { EmbeddedRunStore, openThreadDatabase } from './index.js';

const RUN: NewRun = { tenant: 't', thread: 'a', id: 'r', strategy: 'enqueue', metadata: {}, node: 'there' };

/** As much of a neighbour as a watch needs. */
function neighbours(node: string, watch: Neighbours['watch']): Neighbours {
  return { node, watch, changed: () => {}, close: async () => {} } as unknown as Neighbours;
}

test('a neighbour that cannot be watched is not heard of, and brings nobody down', async () => {
  const folder = new TempFolder();
  const database = openThreadDatabase(folder.path);
  try {
    const there = new EmbeddedRunStore(
      database,
      neighbours('there', async () => {}),
    );
    await there.add(RUN);
    let asked = 0;
    const here = new EmbeddedRunStore(
      database,
      neighbours('here', async () => {
        asked++;
        throw new NaraeError('storage_busy', { values: { path: 'threads.db', waitMs: 5_000 } });
      }),
    );
    const stop = await here.watch({ tenant: 't', thread: 'a' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(1);
    stop();
    await here.close();
  } finally {
    database.close();
    folder.remove();
  }
});
