import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startNode } from './child.js';
import { FOLDERS } from './folders.js';
import { installPeer } from './install-peer.js';
import { MODELS } from './workload.js';

/** A server between the load and the mock. */
export interface Contender {
  readonly name: string;
  readonly title: string;
  /** Sent with every request. */
  readonly headers?: (upstream: string) => Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Absent: the load goes to the mock itself. */
  readonly start?: (upstream: string, scratch: string) => Promise<Child>;
}

/** What `npm start` and the worker processes say to Node. */
const NODE_OPTIONS = ['--max-semi-space-size=32'];
export const PASS_THROUGH = { narae: { retrieval: false } };

export const CONTENDERS: readonly Contender[] = [
  { name: 'direct', title: 'the mock itself' },
  { name: 'floor', title: 'bare `http` + `undici` relay', start: startFloor },
  { name: 'narae', title: '**Narae**, pass-through', body: PASS_THROUGH, start: startNarae },
  { name: 'narae-retrieval', title: '**Narae**, with retrieval', start: startNarae },
  { name: 'portkey', title: '`@portkey-ai/gateway`', headers: portkeyHeaders, start: startPortkey },
  { name: 'langgraph', title: 'Fastify + LangGraph + ChatOpenAI', start: startLanggraph },
];

function startFloor(upstream: string): Promise<Child> {
  return startNode({ args: [join(FOLDERS.compiled, 'floor/relay.js'), upstream] });
}

/** On the project's own guides, every feature at its default, but each answer from the model. */
export function startNarae(upstream: string, scratch: string, workers = 1): Promise<Child> {
  mkdirSync(scratch, { recursive: true });
  const config = join(scratch, 'narae.config.json');
  const models = MODELS.map((name) => ({
    name,
    provider: 'openai',
    baseUrl: `${upstream}/v1`,
    apiKey: 'none',
  }));
  const server = { port: 0, shutdownTimeoutSeconds: 1 };
  writeFileSync(
    config,
    JSON.stringify({
      llm: { models },
      server,
      cache: { answers: 'never' },
      data: { dir: join(scratch, 'data') },
    }),
  );
  const serve = ['serve', join(FOLDERS.root, 'docs/guides'), '--config', config, '--workers', `${workers}`];
  const program = join(FOLDERS.root, 'dist/cli/narae.js');
  return startNode({ args: [...NODE_OPTIONS, program, ...serve], cwd: scratch });
}

async function startPortkey(): Promise<Child> {
  const folder = await installPeer('portkey-gateway');
  const script = 'node_modules/@portkey-ai/gateway/build/start-server.js';
  return startNode({ args: [script, '--headless', `--port=${PORTKEY_PORT}`], cwd: folder });
}

/** It takes no port of the system's choice. */
const PORTKEY_PORT = 18_787;

function portkeyHeaders(upstream: string): Readonly<Record<string, string>> {
  return {
    authorization: 'Bearer none',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream}/v1`,
  };
}

async function startLanggraph(upstream: string): Promise<Child> {
  const folder = await installPeer('langgraph-service');
  return startNode({ args: ['server.mjs', `${upstream}/v1`], cwd: folder });
}
