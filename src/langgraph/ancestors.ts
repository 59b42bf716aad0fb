import type { FoundCheckpoint, ThreadReader } from './thread-reader.js';

/** Checkpoints read ahead at a time: most often a checkpoint's ancestors are those before it. */
const PAGE = 64;

/** The parent of a checkpoint, its parent and so on, read in pages. Throws `thread_record_unreadable`. */
export async function* ancestorsOf(
  reader: ThreadReader,
  { manifest }: FoundCheckpoint,
): AsyncIterable<FoundCheckpoint> {
  const { namespace } = manifest;
  let page = new Map<string, FoundCheckpoint>();
  let child = manifest;
  while (child.parent !== undefined) {
    if (!page.has(child.parent)) page = await readBefore(reader, namespace, child.id);
    const found = page.get(child.parent) ?? (await reader.find(namespace, child.parent));
    if (found === undefined) return;
    yield found;
    child = found.manifest;
  }
}

async function readBefore(
  reader: ThreadReader,
  namespace: string,
  before: string,
): Promise<Map<string, FoundCheckpoint>> {
  const entries = await reader.load({ kind: 'page', namespace, before, limit: PAGE });
  const found = entries.flatMap((entry) => (entry.kind === 'checkpoint' ? [entry.found] : []));
  return new Map(found.map((one) => [one.manifest.id, one]));
}
