import { join } from 'node:path';
import type { LoadTarget } from '../../dist/lab/index.js';
import { type Child, startNode } from './child.js';
import { CONTENDERS, type Contender } from './contenders.js';
import { FOLDERS } from './folders.js';
import { PROMPTS } from './workload.js';

/** A contender that is ready for load, or why it is not. */
export type Entrant =
  | { readonly contender: Contender; readonly kind: 'ready'; readonly target: Place; readonly pid?: number }
  | { readonly contender: Contender; readonly kind: 'absent'; readonly reason: string };

export type Place = Omit<LoadTarget, 'model'>;

/** Everything that runs during the benchmark. `close` stops all of it. */
export interface Field {
  readonly entrants: readonly Entrant[];
  /** The mock's address. */
  readonly upstream: string;
  close(): Promise<void>;
}

/** Starts the mock and the contenders, one after another; one that does not start is told of and left out. */
export async function startField(only: readonly string[], scratch: string): Promise<Field> {
  const chosen = CONTENDERS.filter(({ name }) => only.length === 0 || only.includes(name));
  const mock = await startNode({
    args: [join(FOLDERS.root, 'dist/cli/narae.js'), 'mock-llm', '--port', '0'],
  });
  const children: Child[] = [mock];
  const entrants: Entrant[] = [];
  for (const contender of chosen) {
    const entrant = await enter(contender, mock.url, join(scratch, contender.name), children);
    if (entrant.kind === 'absent') console.error(`${contender.name} cannot run: ${entrant.reason}`);
    entrants.push(entrant);
  }
  const close = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
  };
  return { entrants, upstream: mock.url, close };
}

async function enter(
  contender: Contender,
  upstream: string,
  scratch: string,
  children: Child[],
): Promise<Entrant> {
  const { headers, body, start } = contender;
  const shared = { prompts: PROMPTS, ...(headers && { headers: headers(upstream) }), ...(body && { body }) };
  if (start === undefined) return { contender, kind: 'ready', target: { baseUrl: upstream, ...shared } };
  try {
    const child = await start(upstream, scratch);
    children.push(child);
    return { contender, kind: 'ready', target: { baseUrl: child.url, ...shared }, pid: child.pid };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { contender, kind: 'absent', reason: reason.split('\n').slice(0, 2).join(': ').slice(0, 200) };
  }
}
