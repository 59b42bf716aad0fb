import cluster from 'node:cluster';
import { once } from 'node:events';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

/**
 * Room for what is young, in MB, where V8 takes 16. What is under way during a collection is copied by it, so that
 * fewer of them cost less: 10 to 15 % of all CPU under load (docs/decisions/0007). Only room that is needed is taken.
 */
const YOUNG_SPACE = '--max-semi-space-size';
const YOUNG_SPACE_MB = 32;

/**
 * Starts processes that share the ports they listen on. Each worker takes connections from the shared socket itself:
 * the primary is not on a connection's way, and none is lost in between when a worker dies (docs/decisions/0006).
 */
export function clusterFork(script: string): () => WorkerProcess {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: script, args: [], execArgv: nodeOptions(), serialization: 'advanced' });
  return fork;
}

/** Those of the primary; what its operator says about room comes before ours. */
function nodeOptions(): string[] {
  const isChosen = process.execArgv.some((option) => option.replaceAll('_', '-').startsWith(YOUNG_SPACE));
  return isChosen ? process.execArgv : [...process.execArgv, `${YOUNG_SPACE}=${YOUNG_SPACE_MB}`];
}

function fork(): WorkerProcess {
  const worker = cluster.fork();
  const { process: child } = worker;
  worker.on('error', () => {});
  return {
    pid: child.pid ?? -1,
    send: (message) => {
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (receive) => void worker.on('message', receive),
    onClose: (run) => void worker.once('disconnect', run),
    kill: () => void child.kill('SIGKILL'),
    exited: exitOf(worker),
  };
}

async function exitOf(worker: ReturnType<typeof cluster.fork>): Promise<WorkerExit> {
  const [code, signal] = (await once(worker, 'exit')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}
