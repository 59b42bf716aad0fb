import { assertSafeBind, type Config } from '../config/index.js';
import type { IngestReport } from '../ingest/spec.js';
import { clusterFork } from './fork.js';
import { type ServedOverview, Supervisor, type SupervisorHooks } from './supervisor.js';

/** A server of several workers, from its primary. */
export interface RunningWorkers<Overview> {
  readonly url: string;
  /** As `RunningNarae.indexed`. */
  readonly indexed: Promise<IngestReport | undefined>;
  /** Rejects when no worker can be kept alive; never resolves. */
  readonly failed: Promise<never>;
  /** As the leading worker told it last. */
  overview(): Promise<Overview>;
  /** Replaces the workers one by one, and resolves with where the server is then; see `Supervisor.reload`. */
  reload(config: Config): Promise<string>;
  close(): Promise<void>;
  cutOff(): void;
}

/** `script` is what each worker runs. Rejects as the start of a single server does, with the first one's failure. */
export async function startWorkers<Overview extends ServedOverview>(
  script: string,
  config: Config,
  hooks: SupervisorHooks = {},
): Promise<RunningWorkers<Overview>> {
  assertSafeBind(config.server);
  const supervisor = new Supervisor<Overview>(config, { fork: clusterFork(script), hooks });
  try {
    const first = await supervisor.start();
    const indexed = supervisor.indexed;
    return {
      url: first.url,
      indexed: indexed.then(({ report }) => report),
      failed: supervisor.failed,
      overview: () => indexed.then(({ overview }) => overview).catch(() => first),
      reload: async (next) => {
        assertSafeBind(next.server);
        return supervisor.reload(next);
      },
      close: () => supervisor.close(),
      cutOff: () => supervisor.cutOff(),
    };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}
