import { stat } from 'node:fs/promises';
import { NaraeError } from '../core/index.js';

/** Rejects with `folder_not_found`, `not_a_folder` or `file_unreadable` unless `folder` is one. */
export async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
      throw new NaraeError('folder_not_found', { field: 'folder', values: { path: folder }, cause });
    }
    throw new NaraeError('file_unreadable', {
      field: 'folder',
      values: { source: folder, reason: cause.code ?? cause.message },
      cause,
    });
  });
  if (!found.isDirectory())
    throw new NaraeError('not_a_folder', { field: 'folder', values: { path: folder } });
}
