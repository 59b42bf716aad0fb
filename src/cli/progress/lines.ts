import { type Clock, systemClock } from '../../core/index.js';
import type { IngestProgress } from '../../ingest/spec.js';
import { count, duration, plural } from '../numbers.js';
import type { Terminal } from '../terminal.js';
import type { ProgressView } from './index.js';
import { PaceMeter } from './pace.js';

const INTERVAL_MS = 3000;

/** Plain lines, at most one every three seconds: for logs and pipes. */
export function lineView(terminal: Pick<Terminal, 'note'>, clock: Clock = systemClock): ProgressView {
  const meter = new PaceMeter(clock);
  let lastMs = clock.monotonicMs();
  let isStopped = false;
  return {
    update: (progress) => {
      if (isStopped || clock.monotonicMs() - lastMs < INTERVAL_MS || isEmpty(progress)) return;
      lastMs = clock.monotonicMs();
      terminal.note(describe(progress, meter));
    },
    stop: () => {
      isStopped = true;
    },
  };
}

/** The first look at a folder has nothing to tell yet. */
function isEmpty(progress: IngestProgress): boolean {
  return progress.phase === 'scanning' && progress.files === 0;
}

function describe(progress: IngestProgress, meter: PaceMeter): string {
  switch (progress.phase) {
    case 'scanning':
      return `Looking for documents: ${plural(progress.files, 'file')} so far`;
    case 'optimising':
      return 'Tidying the index';
    case 'indexing': {
      const { filesDone, filesTotal, chunksDone } = progress;
      const { perSecond, remainingMs } = meter.at(filesDone, filesTotal);
      const left = remainingMs === undefined ? '' : `, about ${duration(remainingMs)} left`;
      const files = `${count(filesDone)}/${count(filesTotal)} files`;
      return `Indexing: ${files}, ${plural(chunksDone, 'chunk')}, ${perSecond.toFixed(1)} files/s${left}`;
    }
  }
}
