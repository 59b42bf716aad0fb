import cluster from 'node:cluster';
import { once } from 'node:events';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

/**
 * Starts processes that share the ports they listen on. Each worker takes connections from the shared socket itself:
 * the primary is not on a connection's way, and none is lost in between when a worker dies (docs/decisions/0006).
 */
export function clusterFork(script: string): () => WorkerProcess {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: script, args: [], serialization: 'advanced' });
  return fork;
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
