import { FILES_LIMIT } from './uploads.js';

export interface DroppedFile {
  readonly file: File;
  /** Name, or path below the dropped folder, with `/`. */
  readonly path: string;
}

/** Names that editors and systems leave in folders and nobody means to upload. */
const HIDDEN = /^\./;

/**
 * The files of a drop, with those in dropped folders; at most FILES_LIMIT + 1, so that the caller can tell that
 * there were more. Must be called within the drop event: its items are gone afterwards.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const found: DroppedFile[] = [];
  for (const entry of entries) await collect(entry, '', found);
  return found;
}

export function chosenFiles(files: FileList): DroppedFile[] {
  return [...files].slice(0, FILES_LIMIT + 1).map((file) => ({ file, path: file.name }));
}

async function collect(entry: FileSystemEntry, folder: string, found: DroppedFile[]): Promise<void> {
  if (found.length > FILES_LIMIT) return;
  if (isFile(entry)) found.push({ file: await fileOf(entry), path: folder + entry.name });
  else if (isFolder(entry)) await collectFolder(entry, `${folder}${entry.name}/`, found);
}

async function collectFolder(
  entry: FileSystemDirectoryEntry,
  folder: string,
  found: DroppedFile[],
): Promise<void> {
  const reader = entry.createReader();
  // A reader gives a folder's entries in portions, and an empty one at the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0 || found.length > FILES_LIMIT) return;
    for (const child of portion) if (!HIDDEN.test(child.name)) await collect(child, folder, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
