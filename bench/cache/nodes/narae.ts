import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startNode } from '../../gateway/child.js';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const COMMAND = join(ROOT, 'dist/bin/narae.js');
export const GUIDES = join(ROOT, 'docs/guides');

export interface NodeSettings {
  /** Documents to serve. */
  readonly folder: string;
  /** Holds the index and the configuration file; nodes may share it. */
  readonly dataFolder: string;
  readonly model: string;
  readonly modelUrl: string;
  readonly redisUrl?: string;
  /** Further sections of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
}

/** `narae serve` in a process of its own, once its documents are indexed. */
export async function startNarae(settings: NodeSettings): Promise<Child> {
  const { folder, dataFolder, model, modelUrl, redisUrl, config, flags = [] } = settings;
  mkdirSync(dataFolder, { recursive: true });
  const file = join(dataFolder, `bench-${process.hrtime.bigint()}.config.json`);
  const models = [{ name: model, provider: 'openai', baseUrl: `${modelUrl}/v1` }];
  writeFileSync(file, JSON.stringify({ llm: { models, model }, log: { level: 'error' }, ...config }));
  const child = await startNode({
    args: [COMMAND, 'serve', folder, '--port', '0', '--data', dataFolder, '--config', file, ...flags],
    ...(redisUrl !== undefined && { env: { REDIS_URL: redisUrl } }),
  });
  while ((await fetch(`${child.url}/readyz`)).status !== 200) await sleep(50);
  return child;
}
