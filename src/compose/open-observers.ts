import type { Config } from '../config/index.js';
import type { Closer } from '../core/index.js';
import { createLog, createMetrics, EventBus, type EventSink, type MetricsSink } from '../observe/index.js';
import { logOptions } from './room-options.js';
import type { WorkerPlace } from './worker-place.js';

export interface Observers {
  /** Reaches the log and the metrics. */
  readonly emit: EventSink;
  readonly metrics: MetricsSink;
}

/** `closer` closes them, after `place` has heard what was counted. */
export function observersFor(config: Config, closer: Closer, place: WorkerPlace | undefined): Observers {
  const bus = new EventBus();
  const log = createLog({
    ...logOptions(config, process.stderr.isTTY === true),
    ...(place !== undefined && { worker: place.worker }),
  });
  closer.add('log', () => log.close());
  const metrics = createMetrics();
  closer.add('metrics', () => metrics.close());
  if (place !== undefined)
    closer.add('what was counted', async () => place.counted(await metrics.snapshot()));
  bus.subscribe(log.sink);
  bus.subscribe(metrics.sink);
  return { emit: (event) => bus.emit(event), metrics };
}
