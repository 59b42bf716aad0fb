import type { IngestReport } from '../../ingest/spec.js';
import type { Collection, DocumentInfo } from '../../retrieval/spec.js';

export function collectionJson(collection: Collection) {
  return {
    name: collection.name,
    version: collection.version,
    documents: collection.documents,
    chunks: collection.chunks,
    embedder: collection.embedder,
    ...(collection.nextEmbedder !== undefined && { next_embedder: collection.nextEmbedder }),
    languages: collection.languages,
    created_at: isoTime(collection.createdAtMs),
    updated_at: isoTime(collection.updatedAtMs),
  };
}

export function documentJson(document: DocumentInfo) {
  return {
    id: document.id,
    source: document.source,
    title: document.title,
    media_type: document.mediaType,
    language: document.language,
    origin: document.origin,
    bytes: document.bytes,
    chunks: document.chunks,
    content_hash: document.contentHash,
    metadata: document.metadata,
    updated_at: isoTime(document.updatedAtMs),
  };
}

/** What happened to each file that was not stored, by name. */
export function rejectedJson(report: IngestReport) {
  return {
    failed: report.failed.map(({ source, code, message }) => ({ source, error: { code, message } })),
    skipped: report.skipped.map(({ source, reason }) => ({ source, reason })),
  };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
