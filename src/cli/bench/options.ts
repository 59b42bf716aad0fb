import { readFile } from 'node:fs/promises';
import type { Config } from '../../config/index.js';
import { NaraeError } from '../../core/index.js';
import type { LoadShape, LoadTarget, TraceOptions } from '../../lab/index.js';
import type { OwnInput } from '../own-input.js';

const DAY_SECONDS = 86_400;
const DEFAULT_CONCURRENCY = 10;
const DEFAULT_PROMPTS = ['What does a test answer look like?', '시험용 답변은 어떻게 생겼나요?'];
const PROMPTS_LIMIT = 100_000;

export type ReadTrace = (path: string, options: TraceOptions) => Promise<Float64Array>;

/** The shape of the load: a trace, a rate, or clients. Throws `usage` for options that exclude or need each other. */
export async function readShape(own: OwnInput, readTrace: ReadTrace): Promise<LoadShape> {
  const [kind = 'concurrency', second] = ['concurrency', 'rate', 'trace'].filter((name) => own.has(name));
  if (second) throw own.refused(second, `--${kind} and --${second} exclude each other.`);
  requireKind(own, kind, 'concurrency', ['ramp']);
  requireKind(own, kind, 'rate', ['poisson']);
  requireKind(own, kind, 'trace', ['traceUnit', 'speed']);
  if (kind === 'concurrency' && own.has('maxInFlight'))
    throw own.refused('maxInFlight', '--max-in-flight goes with --rate or --trace only.');
  if (kind === 'trace') return readTraceShape(own, readTrace);
  if (kind === 'rate') {
    const perSecond = own.number('rate', { min: 0.001, max: 100_000, isFraction: true }) as number;
    return { kind, perSecond, spacing: own.isSet('poisson') ? 'random' : 'even' };
  }
  const concurrency = own.number('concurrency', { min: 1, max: 50_000 }) ?? DEFAULT_CONCURRENCY;
  return { kind: 'closed', concurrency, rampMs: (seconds(own, 'ramp') ?? 0) * 1000 };
}

function requireKind(own: OwnInput, kind: string, needed: string, names: readonly string[]): void {
  const given = names.find((name) => own.has(name));
  if (given !== undefined && kind !== needed)
    throw own.refused(given, `--${given === 'traceUnit' ? 'trace-unit' : given} goes with --${needed} only.`);
}

async function readTraceShape(own: OwnInput, readTrace: ReadTrace): Promise<LoadShape> {
  const unit = own.text('traceUnit') === 's' ? 's' : 'ms';
  const speed = own.number('speed', { min: 0.001, max: 1_000_000, isFraction: true }) ?? 1;
  return { kind: 'trace', timesMs: await readTrace(own.text('trace') as string, { unit }), speed };
}

/** A number of seconds; undefined when it was not given. */
export function seconds(own: OwnInput, name: string): number | undefined {
  return own.number(name, { min: name === 'ramp' ? 0 : 0.001, max: DAY_SECONDS, isFraction: true });
}

/** The target without its model, which may have to be asked for. */
export async function readTarget(own: OwnInput, config: Config): Promise<Omit<LoadTarget, 'model'>> {
  const baseUrl = readUrl(own);
  const maxTokens = own.number('maxTokens', { min: 1, max: 10_000_000 });
  const apiKey = await readApiKey(own, config, baseUrl);
  const body = readBody(own);
  return {
    baseUrl,
    prompts: await readPrompts(own),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(apiKey !== undefined && { apiKey }),
    ...(body !== undefined && { body }),
  };
}

function readUrl(own: OwnInput): string {
  const url = own.text('url') ?? '';
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return withoutPassword(own, url);
  throw own.refused('url', `<url> takes an address such as http://127.0.0.1:8000, not "${url}".`);
}

/** The address stands in the report. */
function withoutPassword(own: OwnInput, url: string): string {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return url;
  throw own.refused('url', '<url> takes no user or password; for an API key there is --api-key-file.');
}

/** A key from a file; for a server on this machine else the first of its own keys. It never stands in a command line. */
async function readApiKey(own: OwnInput, config: Config, baseUrl: string): Promise<string | undefined> {
  const path = own.text('apiKeyFile');
  if (path !== undefined) return readKeyFile(own, path);
  const { hostname } = new URL(baseUrl);
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return isHere ? config.server.apiKeys[0] : undefined;
}

async function readKeyFile(own: OwnInput, path: string): Promise<string> {
  const key = (await readText(path)).trim();
  // Anything else cannot stand in a header.
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw own.refused('apiKeyFile', `"${path}" must hold one API key and nothing else.`);
}

async function readPrompts(own: OwnInput): Promise<readonly string[]> {
  const prompt = own.text('prompt');
  const path = own.text('prompts');
  if (prompt !== undefined && path !== undefined)
    throw own.refused('prompts', '--prompt and --prompts exclude each other.');
  if (prompt !== undefined) return [prompt];
  if (path === undefined) return DEFAULT_PROMPTS;
  const lines = (await readText(path)).split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) throw own.refused('prompts', `"${path}" holds no prompts; put one on each line.`);
  return lines.slice(0, PROMPTS_LIMIT);
}

function readBody(own: OwnInput): Readonly<Record<string, unknown>> | undefined {
  const text = own.text('body');
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw own.refused('body', `--body takes a JSON object such as '{"temperature": 0}'.`);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new NaraeError('file_not_found', { values: { path }, cause });
    throw new NaraeError('file_unreadable', { values: { source: path, reason: code ?? '' }, cause });
  }
}
