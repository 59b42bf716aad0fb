import { SingleBar } from 'cli-progress';
import type { IngestProgress } from '../../ingest/spec.js';
import { count, duration } from '../numbers.js';
import type { ProgressView } from './index.js';
import { PaceMeter } from './pace.js';

/** What matters most comes first: a narrow terminal cuts the end. */
const FORMAT = 'Indexing {bar} {percentage}% · {files} files · {rate}/s · ETA {left} · {chunks} chunks';

/** A bar on stderr; gone once it stops. */
export function barView(): ProgressView {
  // `gracefulExit` would let the bar answer signals; commands do that themselves.
  const bar = new SingleBar({
    format: FORMAT,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 10,
    fps: 10,
    clearOnComplete: true,
    linewrap: true,
    gracefulExit: false,
    stream: withoutCursorMemory(process.stderr),
  });
  let meter: PaceMeter | undefined;
  let isStopped = false;

  const begin = (filesTotal: number): PaceMeter => {
    bar.start(filesTotal, 0, { files: `0/${count(filesTotal)}`, chunks: 0, rate: 0, left: '–' });
    return new PaceMeter();
  };

  return {
    update: (progress: IngestProgress) => {
      if (isStopped || progress.phase !== 'indexing') return;
      const { filesDone, filesTotal, chunksDone } = progress;
      meter ??= begin(filesTotal);
      const { perSecond, remainingMs } = meter.at(filesDone, filesTotal);
      bar.setTotal(filesTotal);
      bar.update(filesDone, {
        files: `${count(filesDone)}/${count(filesTotal)}`,
        chunks: count(chunksDone),
        rate: perSecond.toFixed(perSecond < 10 ? 1 : 0),
        left: remainingMs === undefined ? '–' : duration(Math.ceil(remainingMs / 1000) * 1000),
      });
    },
    stop: () => {
      if (!isStopped && meter) bar.stop();
      isStopped = true;
    },
  };
}

const SAVE_CURSOR = '\u001b7';
const RESTORE_CURSOR = '\u001b8';

/** The library ends a bar where it began; log lines may have moved it since, and would be drawn over. */
function withoutCursorMemory(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string): boolean =>
    text === SAVE_CURSOR || text === RESTORE_CURSOR || stream.write(text);
  return Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
}
