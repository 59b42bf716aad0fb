// A process with a run that never ends by itself: `<folder> <thread>`. Tells its parent the run's id once it has begun.
import { openConversations } from '../../dist/threads/index.js';

const [dataDir, thread] = process.argv.slice(2);
const codec = { bytesOf: (part) => part.length };
const { runs } = await openConversations({
  store: { kind: 'embedded', dataDir },
  codec,
  runs: { leaseMs: 600_000 },
});
const { id } = await runs.create({
  tenant: 't',
  thread,
  createThread: {},
  execute: ({ signal, write }) => {
    write(['하나', 'two']);
    process.send(id);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  },
});
setInterval(() => {}, 1_000);
