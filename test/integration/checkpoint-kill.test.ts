import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BaseMessage } from '@langchain/core/messages';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NaraeSaver, openEmbeddedCheckpoints } from '../../dist/langgraph/index.js';
import { TempFolder } from '../support/temp-folder.js';

const CHILD = fileURLToPath(new URL('../support/checkpoint-writer-child.mjs', import.meta.url));
const KILLS = 8;

let folder: TempFolder;
beforeEach(() => {
  folder = new TempFolder();
});
afterEach(() => folder.remove());

interface Acknowledged {
  readonly id: string;
  readonly step: number;
}

/** Talks until it is killed, so many acknowledged supersteps later and at a random moment then. */
async function talk(path: string, steps: number, thenMs: number): Promise<Acknowledged[]> {
  const child = fork(CHILD, [path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const said: Acknowledged[] = [];
  child.on('message', (message) => {
    said.push(message as Acknowledged);
    if (said.length === steps) setTimeout(() => child.kill('SIGKILL'), thenMs);
  });
  await once(child, 'close');
  return said;
}

it('what was acknowledged survives kill -9, whole and in order', async () => {
  const path = folder.at('checkpoints.db');
  const acknowledged: Acknowledged[] = [];
  for (let kill = 1; kill <= KILLS; kill++)
    acknowledged.push(...(await talk(path, 5 * kill, Math.random() * 20)));

  const store = openEmbeddedCheckpoints({ path });
  const saver = new NaraeSaver({ store });
  for (const { id, step } of acknowledged) {
    const config = { configurable: { thread_id: 't', checkpoint_ns: '', checkpoint_id: id } };
    const tuple = await saver.getTuple(config);
    const messages = tuple?.checkpoint.channel_values.messages as BaseMessage[];
    expect(messages.map((message) => message.id)).toEqual(
      Array.from({ length: step }, (_, at) => String(at + 1)),
    );
    expect(tuple?.pendingWrites).toEqual([['task', 'messages', `write ${step}`]]);
  }
  expect(acknowledged.length).toBeGreaterThan(5 * KILLS);
  await store.close();
});
