import type { Failure } from '../api/failure.js';
import type { UploadReport } from '../api/types.js';

export type UploadState =
  | { readonly status: 'waiting' }
  /** `share` of the bytes has left, 0 to 1. */
  | { readonly status: 'sending'; readonly share: number }
  | { readonly status: 'indexing' }
  | { readonly status: 'done'; readonly chunks: number }
  | { readonly status: 'skipped'; readonly reason: string }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'too-large'; readonly limitBytes: number }
  | { readonly status: 'cancelled' };

export interface Upload {
  readonly id: string;
  readonly file: File;
  /** The file's name, or its path in a dropped folder. */
  readonly source: string;
  readonly collection: string;
  readonly state: UploadState;
}

export type UploadsEvent =
  | { readonly type: 'added'; readonly uploads: readonly Upload[] }
  | { readonly type: 'changed'; readonly id: string; readonly state: UploadState }
  | { readonly type: 'cleared' };

/** Files taken at a time; a larger drop is cut, and the page says so. */
export const FILES_LIMIT = 500;

export function reduceUploads(uploads: readonly Upload[], event: UploadsEvent): readonly Upload[] {
  switch (event.type) {
    case 'added':
      return [...uploads, ...event.uploads];
    case 'changed':
      return uploads.map((upload) =>
        upload.id === event.id && !isSettled(upload.state) ? { ...upload, state: event.state } : upload,
      );
    case 'cleared':
      return uploads.filter(({ state }) => !isSettled(state));
  }
}

export function isSettled({ status }: UploadState): boolean {
  return status !== 'waiting' && status !== 'sending' && status !== 'indexing';
}

/** The limit is checked before anything is sent; 0 means that the server named none. */
export function initialState(sizeBytes: number, limitBytes: number): UploadState {
  if (limitBytes > 0 && sizeBytes > limitBytes) return { status: 'too-large', limitBytes };
  return { status: 'waiting' };
}

export function sendingState(share: number): UploadState {
  return share < 1 ? { status: 'sending', share } : { status: 'indexing' };
}

/** What the server did with the one file that was sent. */
export function stateFromReport({ documents, failed, skipped }: UploadReport): UploadState {
  const failure = failed[0]?.error;
  if (failure) return { status: 'failed', failure: { kind: 'refused', status: 422, ...failure } };
  if (skipped[0]) return { status: 'skipped', reason: skipped[0].reason };
  return { status: 'done', chunks: documents.reduce((sum, { chunks }) => sum + chunks, 0) };
}
