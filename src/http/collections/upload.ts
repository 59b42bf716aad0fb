import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { NaraeError } from '../../core/index.js';
import type { IngestReport, IngestService, Upload } from '../../ingest/spec.js';
import type { DocumentStore, FilterValue } from '../../retrieval/spec.js';
import type { App } from '../app.js';
import { clientSignal } from '../client-signal.js';
import { rejectedJson } from './json.js';

export interface UploadRouteParts {
  readonly store: DocumentStore;
  readonly ingest: IngestService;
  /** Largest file. */
  readonly uploadLimitBytes: number;
}

/** Requests that may hold files in memory at once; a further one is told to come back. */
const MAX_UPLOADS_AT_ONCE = 4;
const MAX_FILES_PER_REQUEST = 1000;
/** Files are handed to ingest in batches of about this size, so that a request never holds much more. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** `POST /v1/collections/{name}/documents`: answers when every file is searchable or has its error. */
export async function uploadRoutes(app: App, parts: UploadRouteParts): Promise<void> {
  // In a scope of its own: the plugin adds hooks to every request that it sees.
  await app.register((scope) => addUploadRoute(scope, parts));
}

async function addUploadRoute(app: App, parts: UploadRouteParts): Promise<void> {
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      fileSize: parts.uploadLimitBytes,
      files: MAX_FILES_PER_REQUEST,
      fields: 8,
      fieldSize: 64 * 1024,
    },
  });
  let active = 0;
  app.post(
    '/v1/collections/:name/documents',
    {
      // The body is read part by part below, each part within its own limit.
      bodyLimit: Number.MAX_SAFE_INTEGER,
      schema: {
        tags: ['collections'],
        summary: 'Upload documents (multipart/form-data)',
        consumes: ['multipart/form-data'],
        params: Type.Object({ name: Type.String() }),
      },
    },
    async (request, reply) => {
      if (!request.isMultipart()) throw wrongMediaType(request);
      if (active >= MAX_UPLOADS_AT_ONCE) throw tooManyUploads();
      active++;
      try {
        const collection = await parts.store.getCollection(request.tenant, request.params.name);
        const reports = await ingestFiles(request, collection.name, parts, clientSignal(reply).abortSignal);
        reply.code(201);
        return await summarise(request.tenant, collection.name, reports, parts.store);
      } finally {
        active--;
      }
    },
  );
}

interface Ingested {
  readonly sources: readonly string[];
  readonly report: IngestReport;
}

async function ingestFiles(
  request: FastifyRequest,
  collection: string,
  { ingest, uploadLimitBytes }: UploadRouteParts,
  signal: AbortSignal,
): Promise<Ingested[]> {
  const done: Ingested[] = [];
  let metadata: Upload['metadata'];
  let batch: Upload[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const report = await ingest.ingestUploads(batch, { tenant: request.tenant, collection, signal });
    done.push({ sources: batch.map((upload) => upload.source), report });
    batch = [];
  };
  for await (const part of request.parts({ preservePath: true })) {
    if (part.type === 'field') metadata = readMetadata(part.fieldname, part.value);
    else batch.push(await readFile(part, metadata, uploadLimitBytes));
    if (batch.reduce((bytes, upload) => bytes + upload.bytes.length, 0) >= BATCH_BYTES) await flush();
  }
  await flush();
  if (done.length === 0)
    throw new NaraeError('invalid_request', { field: 'file', values: { reason: NO_FILE } });
  return done;
}

const NO_FILE = 'The upload holds no file. Send at least one file part.';

async function readFile(
  part: MultipartFile,
  metadata: Upload['metadata'],
  limitBytes: number,
): Promise<Upload> {
  const bytes = await part.toBuffer();
  const source = sourceOf(part);
  if (part.file.truncated) {
    throw new NaraeError('body_too_large', {
      field: source,
      values: { limitBytes, key: 'server.uploadLimitBytes' },
    });
  }
  return { source, bytes, ...(metadata && { metadata }) };
}

/** A part that is a file by its type alone comes without a name, whatever the parser's types say. */
function sourceOf({ filename, fieldname }: { filename: string | undefined; fieldname: string }): string {
  if (filename !== undefined && filename !== '') return filename.normalize('NFC');
  const reason = 'A file part has no file name. Add filename="…" to its Content-Disposition.';
  throw new NaraeError('invalid_request', { field: fieldname, values: { reason } });
}

function readMetadata(field: string, value: unknown): Readonly<Record<string, FilterValue>> {
  if (field !== 'metadata') throw new NaraeError('unknown_field', { field });
  const parsed = parseJson(String(value));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw badMetadata(field);
  for (const [key, entry] of Object.entries(parsed)) {
    if (!['string', 'number', 'boolean'].includes(typeof entry)) throw badMetadata(`${field}.${key}`);
  }
  return parsed as Record<string, FilterValue>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badMetadata('metadata');
  }
}

function badMetadata(field: string): NaraeError {
  const reason = `${field} must be a JSON object of texts, numbers and booleans.`;
  return new NaraeError('invalid_request', { field, values: { reason } });
}

function wrongMediaType(request: FastifyRequest): NaraeError {
  const contentType = request.headers['content-type'] ?? 'none';
  return new NaraeError('unsupported_media_type', {
    field: 'content-type',
    values: { contentType, supported: 'multipart/form-data' },
  });
}

function tooManyUploads(): NaraeError {
  return new NaraeError('overloaded', {
    values: { what: 'uploads', retryAfterSeconds: 5 },
    retryAfterSeconds: 5,
  });
}

async function summarise(
  tenant: string,
  collection: string,
  done: readonly Ingested[],
  store: DocumentStore,
) {
  const rejected = done.map(({ report }) => rejectedJson(report));
  const failed = rejected.flatMap((each) => each.failed);
  const skipped = rejected.flatMap((each) => each.skipped);
  const missing = new Set([...failed, ...skipped].map(({ source }) => source));
  const stored = done.flatMap(({ sources }) => sources).filter((source) => !missing.has(source));
  return {
    documents: await Promise.all(
      [...new Set(stored)].map((source) => describe(tenant, collection, source, store)),
    ),
    failed,
    skipped,
    version: done.at(-1)?.report.version,
  };
}

async function describe(tenant: string, collection: string, source: string, store: DocumentStore) {
  const { items } = await store.listDocuments(tenant, collection, { limit: 1, sourcePrefix: source });
  const document = items.find((item) => item.source === source);
  return { id: document?.id, source, chunks: document?.chunks ?? 0 };
}
