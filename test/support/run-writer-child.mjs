// A process that answers on a few threads at once, to be killed while it does: `<embedded|redis> <folder or url> <round>`.
// It tells its parent of every question once its run has its place, and of every turn once that run has ended well.
import { openRedis } from '../../dist/redis/index.js';
import { openConversations } from '../../dist/threads/index.js';

const [kind, place, round] = process.argv.slice(2);
const store = kind === 'redis' ? { kind, redis: openRedis({ url: place }) } : { kind, dataDir: place };
const codec = { bytesOf: (part) => part.length };
const { threads, runs } = await openConversations({ store, codec, runs: { leaseMs: 400 } });

const lanes = ['하나', 'two', 'three', 'four'].map((name, lane) => answerOn(`thread-${lane}`, name));
await Promise.all(lanes);

async function answerOn(thread, name) {
  for (let n = 0; ; n++) {
    const text = `${round}:${n}`;
    const run = await runs.create({
      tenant: 't',
      thread,
      createThread: {},
      ifLost: { messages: [{ role: 'user', content: `${text} lost ${'말 '.repeat(n % 50)}` }] },
      execute: async ({ run, lease, write, state }) => {
        write([`${name} ${text}`]);
        const content = `${text} after ${state.info.turns} ${'말 '.repeat((n * 37) % 900)}`;
        await threads.append(
          't',
          thread,
          { messages: [{ role: 'user', content }], run },
          { fence: lease.fence },
        );
      },
    });
    process.send({ thread, run: run.id, asked: text });
    const { status } = await runs.wait('t', thread, run.id);
    if (status === 'success') process.send({ thread, run: run.id, text });
  }
}
