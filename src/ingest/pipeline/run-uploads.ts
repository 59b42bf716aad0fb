import { type ErrorCode, NaraeError } from '../../core/index.js';
import { extensionOf } from '../loaders/index.js';
import type { FailedFile, IngestReport, SkipReason, Upload } from '../spec.js';
import { Breather } from './breather.js';
import { DocumentSink, toFailure } from './document-sink.js';
import { ProgressReporter } from './progress.js';
import { ReportBuilder } from './report.js';
import type { RunContext } from './run-context.js';
import { uploadSource } from './upload-names.js';

/**
 * Adds or replaces uploaded documents. Every upload that is not taken is in the report's `failed`, with its reason; an
 * earlier document of that name then stays. Rejects when the index cannot be written, or on abort.
 */
export async function runUploads(uploads: readonly Upload[], context: RunContext): Promise<IngestReport> {
  const startedMs = context.clock.monotonicMs();
  const report = new ReportBuilder();
  const sink = new DocumentSink(context, 'upload', report, uploadFailure);
  const progress = new ProgressReporter(context);
  const breather = new Breather(context.clock, context.signal);
  for (const [filesDone, upload] of uploads.entries()) {
    const counts = { filesDone, filesTotal: uploads.length, chunksDone: sink.chunksDone };
    progress.report({ phase: 'indexing', ...counts, currentSource: upload.source });
    await addUpload(upload, sink, context);
    await breather.breathe();
  }
  await sink.commit();
  progress.report({ phase: 'optimising' });
  await context.writer.optimise(context.signal);
  return report.build(context.clock.monotonicMs() - startedMs);
}

async function addUpload(upload: Upload, sink: DocumentSink, context: RunContext): Promise<void> {
  try {
    const source = uploadSource(upload.source);
    const excluded = context.excluded.find((failure) => failure.source === source);
    if (excluded) sink.fail(excluded);
    else if (upload.bytes.length > context.settings.maxFileBytes)
      sink.fail(tooLarge(source, upload, context));
    else await sink.add({ ...upload, source });
  } catch (thrown) {
    if (!(thrown instanceof NaraeError) || !NAME_ERRORS.has(thrown.code)) throw thrown;
    sink.fail(toFailure(upload.source, thrown));
  }
}

const NAME_ERRORS = new Set<ErrorCode>(['invalid_name', 'path_outside_folder']);

/** Somebody who uploads a file wants it read: what a folder run would skip is a failure here. */
function uploadFailure(source: string, reason: SkipReason): FailedFile {
  if (reason === 'empty') return toFailure(source, malformedEmpty(source));
  const kind = reason === 'binary' ? 'binary data' : extensionOf(source) || 'unknown';
  return toFailure(source, new NaraeError('file_type_unsupported', { values: { source, kind } }));
}

function tooLarge(source: string, upload: Upload, context: RunContext): FailedFile {
  const values = { source, bytes: upload.bytes.length, limitBytes: context.settings.maxFileBytes };
  return toFailure(source, new NaraeError('file_too_large', { values }));
}

function malformedEmpty(source: string): NaraeError {
  const reason = 'it holds no text (a scanned page needs text recognition first)';
  return new NaraeError('file_malformed', { values: { source, reason } });
}
