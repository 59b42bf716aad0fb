import { RUN_PART_CODEC, type RunPart } from '../answer/index.js';
import type { Config } from '../config/index.js';
import { type Closer, MEGABYTE } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import type { Redis } from '../redis/index.js';
import { GROWING_LIFE, type LifeStep, openConversations, type RunsOptions } from '../threads/index.js';
import type { Runs, ThreadStore } from '../threads/spec.js';

const HOUR_MS = 3_600_000;

export interface OpenedConversations {
  readonly threads: ThreadStore;
  readonly runs: Runs<RunPart>;
}

/** Conversations in Redis where it is given, else in the data folder; `closer` closes them. */
export async function conversationsFor(
  config: Config,
  emit: EventSink,
  closer: Closer,
  redis: Redis | undefined,
): Promise<OpenedConversations> {
  const { data, threads } = config;
  const life = lifeOf(threads);
  const opened = await openConversations<RunPart>({
    store: redis
      ? { kind: 'redis', redis, keyPrefix: config.redis.keyPrefix }
      : { kind: 'embedded', dataDir: data.dir },
    codec: RUN_PART_CODEC,
    threads: { ...(life && { life }) },
    runs: runsOptions(config),
    emit,
  });
  closer.add('conversations', () => opened.close());
  return opened;
}

function runsOptions({ threads }: Config): RunsOptions {
  return {
    leaseMs: threads.leaseSeconds * 1_000,
    timeoutMs: threads.runTimeoutSeconds * 1_000,
    maxWaitingRuns: threads.maxWaitingRuns,
    maxEvents: threads.maxLogEvents,
    maxLogBytes: threads.maxLogMb * MEGABYTE,
    maxTotalLogBytes: threads.maxTotalLogMb * MEGABYTE,
    keepLogMs: threads.keepLogSeconds * 1_000,
    keepRunMs: threads.keepRunHours * HOUR_MS,
  };
}

/** Undefined: threads are kept. */
export function lifeOf({ life, lifeHours }: Config['threads']): readonly LifeStep[] | undefined {
  switch (life) {
    case 'keep':
      return undefined;
    case 'growing':
      return GROWING_LIFE;
    case 'fixed':
      return [{ uses: 0, ttlMs: (lifeHours ?? 0) * HOUR_MS }];
  }
}
