import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startNode } from '../gateway/child.js';

const READY_MS = 60_000;
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface ServerSettings {
  /** Of the mock LLM. */
  readonly upstream: string;
  readonly models: readonly string[];
  /** Absent: conversations are kept in the data folder. */
  readonly redisUrl?: string;
  readonly workers?: number;
}

/** The real server on this project's guides, everything at its default, but each answer from the model. */
export async function startServer(settings: ServerSettings): Promise<Child> {
  const { upstream, models, redisUrl, workers = 1 } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'narae-bench-'));
  const config = join(folder, 'narae.config.json');
  const providers = models.map((name) => ({
    name,
    provider: 'openai',
    baseUrl: `${upstream}/v1`,
    apiKey: 'none',
  }));
  const content = {
    llm: { models: providers },
    server: { port: 0, workers, shutdownTimeoutSeconds: 1 },
    cache: { answers: 'never' },
    data: { dir: join(folder, 'data') },
    ...(redisUrl !== undefined && { redis: { url: redisUrl } }),
  };
  writeFileSync(config, JSON.stringify(content));
  const args = [join(ROOT, 'dist/cli/narae.js'), 'serve', join(ROOT, 'docs/guides'), '--config', config];
  const child = await startNode({ args, cwd: folder });
  await untilReady(child.url);
  const stop = async (): Promise<void> => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...child, stop };
}

/** Until the guides are in. */
async function untilReady(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(READY_MS);
  while ((await fetch(`${url}/v1/collections/default`, { signal: deadline })).status !== 200)
    await sleep(50, undefined, { signal: deadline });
}
