import { ApiFailure, failureFromBody } from './failure.js';
import { type Access, authorization } from './http.js';
import type { UploadReport } from './types.js';

export interface UploadOptions {
  readonly collection: string;
  readonly file: File;
  /** Name below which the document is kept: the file's name, or its path in a dropped folder. */
  readonly source: string;
  /** Called while bytes leave, with the share sent, 0 to 1. At 1 the server has begun to index. */
  onProgress(share: number): void;
  readonly signal: AbortSignal;
}

/** Sends one file. XMLHttpRequest, because fetch cannot tell how much of a body has left. */
export function uploadFile(access: Access, options: UploadOptions): Promise<UploadReport> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = (): void => xhr.abort();
    options.signal.addEventListener('abort', abort, { once: true });
    xhr.upload.onprogress = (event) => options.onProgress(event.loaded / Math.max(event.total, 1));
    xhr.upload.onload = () => options.onProgress(1);
    xhr.onload = () => settle(xhr, access, resolve, reject);
    xhr.onerror = () => reject(new ApiFailure({ kind: 'unreachable' }));
    xhr.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
    xhr.onloadend = () => options.signal.removeEventListener('abort', abort);
    xhr.open('POST', `/v1/collections/${encodeURIComponent(options.collection)}/documents`);
    for (const [name, value] of Object.entries(authorization(access))) xhr.setRequestHeader(name, value);
    xhr.send(formOf(options));
  });
}

function formOf({ file, source }: UploadOptions): FormData {
  const form = new FormData();
  form.append('file', file, source);
  return form;
}

function settle(
  xhr: XMLHttpRequest,
  access: Access,
  resolve: (report: UploadReport) => void,
  reject: (failure: ApiFailure) => void,
): void {
  const body = parseJson(xhr.responseText);
  if (xhr.status === 201 && body) {
    resolve(body as UploadReport);
    return;
  }
  if (xhr.status === 401) access.onUnauthorized();
  reject(new ApiFailure(failureFromBody(xhr.status, body, xhr.getResponseHeader('x-request-id'))));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
