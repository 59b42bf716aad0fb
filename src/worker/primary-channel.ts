import cluster from 'node:cluster';
import type { Channel } from '../core/index.js';

/** The pipe from a worker to its primary. */
export function primaryChannel(): Channel {
  // Else the process would end at once with its primary, in the middle of its answers.
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
  return {
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    onMessage: (receive) => void process.on('message', receive),
    onClose: (run) => void process.once('disconnect', run),
  };
}
