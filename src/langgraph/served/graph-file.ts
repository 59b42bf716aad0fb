import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NaraeError } from '../../core/index.js';
import { type CompiledGraph, isBuilder, isCompiled } from './compiled-graph.js';

export interface GraphFile {
  /** The graph's id. */
  readonly id: string;
  /** `/srv/graphs/support.mjs:graph`; without a name, the default export. */
  readonly source: string;
}

/**
 * Imports a user's file and takes the graph from it: a compiled one, one to be compiled, or a function that gives
 * one. Rejects with `graph_unavailable`, naming the file and the export.
 */
export async function loadGraphFile(file: GraphFile): Promise<CompiledGraph> {
  const { path, name } = parseSource(file.source);
  const found = (await importFile(file, path))[name];
  if (found === undefined) throw unavailable(file, `it has no export "${name}"`);
  const made = typeof found === 'function' ? await callFactory(file, found as () => unknown) : await found;
  const graph = isBuilder(made) && !isCompiled(made) ? made.compile() : made;
  if (isCompiled(graph)) return graph;
  throw unavailable(file, `its export "${name}" is no graph of LangGraph`);
}

function parseSource(source: string): { readonly path: string; readonly name: string } {
  const [, path, name] = /^(.+):([\p{L}_$][\p{L}\p{N}_$]*)$/u.exec(source) ?? [];
  return path === undefined || name === undefined ? { path: source, name: 'default' } : { path, name };
}

async function importFile(file: GraphFile, path: string): Promise<Record<string, unknown>> {
  if (!existsSync(path)) throw unavailable(file, 'there is no such file');
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    throw unavailable(file, describe(cause), cause);
  }
}

async function callFactory(file: GraphFile, make: () => unknown): Promise<unknown> {
  try {
    return await make();
  } catch (cause) {
    throw unavailable(file, describe(cause), cause);
  }
}

/** The message may hold paths of the machine: it goes to the log with the cause. */
function describe(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_MODULE_NOT_FOUND')
    return 'it imports something that is not installed beside it; see the log';
  return `it fails with ${cause instanceof Error ? cause.name : 'an exception'}; see the log`;
}

/** Clients see the file's name, not where it is. */
function unavailable({ id, source }: GraphFile, reason: string, cause?: unknown): NaraeError {
  return new NaraeError('graph_unavailable', {
    values: { graph: id, source: basename(source), reason },
    cause,
  });
}
