import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NaraeError } from '../core/index.js';
import {
  assertSafeBind,
  CONFIG_KEYS,
  type ConfigKey,
  configuredEmbedder,
  configuredModels,
  describeOrigin,
  type FlagValue,
  type LoadOptions,
  loadConfig,
  redactEntry,
} from './index.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'narae-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function load(options: LoadOptions = {}) {
  return loadConfig({ cwd, environment: {}, ...options });
}

function writeConfig(content: unknown, name = 'narae.config.json'): string {
  const path = join(cwd, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function failure(options: LoadOptions): NaraeError {
  try {
    load(options);
  } catch (error) {
    return error as NaraeError;
  }
  throw new Error('expected a failure');
}

describe('precedence', () => {
  /** What is valid for these depends on other keys (`rules.ts`). */
  const bound = [
    'ingest.chunkTokens',
    'ingest.chunkOverlapTokens',
    'embedder.dimensions',
    'answer.batchConcurrency',
    'answer.batchMaxConcurrency',
  ];
  /** Keys that can be said in every source, with a generator of valid values. */
  const numeric = CONFIG_KEYS.filter(({ kind, key }) => kind === 'integer' && !bound.includes(key)).map(
    (key) => ({ key, schema: key.schema as unknown as { minimum: number; maximum: number } }),
  );

  const situation = fc.constantFrom(...numeric).chain(({ key, schema }) => {
    const value = fc.option(fc.integer({ min: schema.minimum, max: schema.maximum }), { nil: undefined });
    return fc.record({ key: fc.constant(key), file: value, environment: value, flag: value });
  });

  it('takes flags over environment over file over defaults, and says so', () => {
    fc.assert(
      fc.property(situation, ({ key, file, environment, flag }) => {
        const path = writeConfig(file === undefined ? {} : treeOf(key, file));
        const { entries } = load({
          environment: environment === undefined ? {} : { [key.variable]: String(environment) },
          flags: flag === undefined ? [] : [flagOf(key, String(flag))],
        });
        const entry = entries.find((candidate) => candidate.key === key.key)!;
        expect(entry.value).toBe(flag ?? environment ?? file ?? key.default);
        const origin =
          flag !== undefined
            ? `flag ${key.flag}`
            : environment !== undefined
              ? `env ${key.variable}`
              : file !== undefined
                ? `file ${path}`
                : 'default';
        expect(describeOrigin(entry.origin)).toBe(origin);
      }),
    );
  });

  function treeOf(key: ConfigKey, value: unknown): unknown {
    const [section, leaf] = key.key.split('.') as [string, string];
    return { [section]: { [leaf]: value } };
  }

  function flagOf(key: ConfigKey, value: string): FlagValue {
    return { key: key.key, value, flag: key.flag! };
  }
});

describe('the configuration', () => {
  it('is frozen all the way down', () => {
    writeConfig({ llm: { models: [{ name: 'fast', provider: 'openai', baseUrl: 'http://10.0.0.5/v1' }] } });
    const { config } = load();
    expect(() => Object.assign(config.server, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.llm.models[0]!, { name: 'slow' })).toThrow(TypeError);
  });

  it('reads YAML and resolves paths against the file that says them', () => {
    const path = writeConfig('data:\n  dir: ./store\ningest:\n  folder: 문서\n', 'elsewhere.yaml');
    const { config, file } = load({ file: path });
    expect(file).toBe(path);
    expect(config.data.dir).toBe(join(cwd, 'store'));
    expect(config.ingest.folder).toBe(join(cwd, '문서'));
  });

  it('reads lists, switches and JSON from text', () => {
    const { config } = load({
      environment: {
        NARAE_API_KEYS: 'first-key, second-key',
        NARAE_WATCH: 'yes',
        NARAE_LLM_MODELS: '[{"name":"m","provider":"anthropic","apiKey":"k"}]',
        NARAE_PORT: '',
      },
    });
    expect(config.server.apiKeys).toEqual(['first-key', 'second-key']);
    expect(config.ingest.watch).toBe(true);
    expect(config.llm.models).toEqual([{ name: 'm', provider: 'anthropic', apiKey: 'k' }]);
    expect(config.server.port).toBe(8000);
  });
});

describe('refusals name the key, the reason and the origin', () => {
  it.each([
    [
      { environment: { NARAE_PROT: '1' } },
      'config_unknown_key',
      'there is no "NARAE_PROT" (from env NARAE_PROT). Did you mean "NARAE_PORT"?',
    ],
    [
      { environment: { NARAE_PORT: 'eighty' } },
      'config_invalid',
      'server.port must be a whole number from 0 to 65535, not "eighty" (from env NARAE_PORT)',
    ],
    [{ environment: { NARAE_API_KEYS: 'short' } }, 'config_invalid', 'text of at least 8 characters'],
    [{ environment: { NARAE_PORT: '70000' } }, 'config_invalid', 'not 70000'],
    [{ environment: { NARAE_WATCH: 'perhaps' } }, 'config_invalid', 'ingest.watch must be true or false'],
    [{ environment: { NARAE_LLM_MODELS: '[{' } }, 'config_invalid', 'llm.models must be JSON'],
    [
      { environment: { NARAE_LLM_BASE_URL: 'localhost:11434' } },
      'config_invalid',
      'a URL that starts with http:// or https://',
    ],
    [
      { environment: { NARAE_CHUNK_TOKENS: '64', NARAE_CHUNK_OVERLAP_TOKENS: '32' } },
      'config_invalid',
      'less than half',
    ],
    [{ environment: { NARAE_LLM_PROVIDER: 'anthropic' } }, 'config_invalid', 'ANTHROPIC_API_KEY'],
    [
      { environment: { NARAE_EMBEDDER_BASE_URL: 'http://x/v1' } },
      'config_invalid',
      'while embedder.provider is builtin',
    ],
    [
      { flags: [{ key: 'ingest.collection', value: '../x', flag: '--collection' }] },
      'config_invalid',
      '(from flag --collection)',
    ],
    [{ flags: [{ key: 'server.prot', value: 1, flag: 'settings' }] }, 'config_unknown_key', '"server.port"'],
    [{ file: 'missing.json' }, 'config_file_unreadable', 'it does not exist'],
  ] satisfies [LoadOptions, string, string][])('%j', (options, code, message) => {
    const error = failure(options);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it.each([
    [{ server: { prot: 1 } }, 'Did you mean "server.port"?'],
    [{ sever: {} }, 'Did you mean "server"?'],
    [{ port: 1 }, 'Did you mean "server.port"?'],
    [{ server: [] }, 'server must be an object'],
    [{ server: { port: '8000' } }, 'not "8000"'],
    [{ llm: { models: [{ name: 'a' }] } }, 'llm.models[0].provider is missing'],
    [
      { llm: { models: [{ name: 'a', provider: 'openai', upsteamModel: 'b' }] } },
      'Did you mean "upstreamModel"?',
    ],
    [
      { llm: { models: [{ name: 'a', provider: 'openai', headers: { 'x-key': 7 } }] } },
      'llm.models[0].headers.x-key must be one line of ASCII text (',
    ],
    [{ llm: { models: [{ name: 'extractive', provider: 'openai' }] } }, 'is taken'],
    ['[1]', 'it must hold an object'],
    ['{"server": ', 'cannot be used'],
  ])('%j', (content, message) => {
    const path = writeConfig(content);
    const error = failure({});
    expect(error.message).toContain(message);
    expect(error.message).toContain(path);
  });

  it('never repeats a secret', () => {
    for (const environment of [
      { NARAE_API_KEYS: 's3cret' },
      { NARAE_LLM_MODELS: '[{"name":"a","provider":"openai","apiKey":{"is":"s3cret"}}]' },
      { NARAE_LLM_MODELS: '[{"name":"a","provider":"openai","headers":{"x-key":["s3cret"]}}]' },
      { NARAE_LLM_MODELS: '[{"name":"a","provider":"openai","headers":{"x-key":"s3cret\\nx: y"}}]' },
      { NARAE_LLM_MODELS: '[{"name":"a","provider":"openai","headers":"s3cret"}]' },
    ]) {
      expect(failure({ environment }).message).not.toContain('s3cret');
    }
  });
});

describe('models', () => {
  const names = (environment: Record<string, string>) =>
    configuredModels(load({ environment }).config).map((model) => `${model.provider}:${model.name}`);

  it('is extractive alone with nothing configured', () => {
    expect(names({})).toEqual(['extractive:extractive']);
  });

  it('takes the vendors’ own variables, OpenAI first', () => {
    expect(names({ OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' })[0]).toBe('openai:gpt-4.1-mini');
    expect(names({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_MODEL: 'claude-x' })[0]).toBe('anthropic:claude-x');
    expect(names({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1/' })[0]).toBe('openai:undefined');
    expect(names({ OPENAI_API_KEY: 'k', NARAE_LLM_PROVIDER: 'extractive' })).toEqual([
      'extractive:extractive',
    ]);
  });

  it('lets NARAE_LLM_… and the file win over them', () => {
    writeConfig({ llm: { baseUrl: 'http://10.0.0.5:8000/v1' } });
    const { config, entries } = load({
      environment: { OPENAI_BASE_URL: 'http://other/v1', OPENAI_API_KEY: 'k', NARAE_LLM_MODEL: 'mine' },
    });
    expect(config.llm).toMatchObject({
      provider: 'openai',
      baseUrl: 'http://10.0.0.5:8000/v1',
      model: 'mine',
      apiKey: 'k',
    });
    const origin = entries.find(({ key }) => key === 'llm.apiKey')!.origin;
    expect(describeOrigin(origin)).toBe('env OPENAI_API_KEY');
  });

  it('makes the first listed model the default, or the one that llm.model names', () => {
    const models =
      '[{"name":"a","provider":"openai","baseUrl":"http://a/v1"},{"name":"b","provider":"openai","baseUrl":"http://b/v1","upstreamModel":"b-7"}]';
    expect(names({ NARAE_LLM_MODELS: models })).toEqual(['openai:a', 'openai:b', 'extractive:extractive']);
    expect(names({ NARAE_LLM_MODELS: models, NARAE_LLM_MODEL: 'b' })).toEqual([
      'openai:b',
      'openai:a',
      'extractive:extractive',
    ]);
    expect(names({ NARAE_LLM_MODELS: models, NARAE_LLM_PROVIDER: 'extractive' })[0]).toBe(
      'extractive:extractive',
    );
  });
});

describe('embedder', () => {
  it('uses OpenAI’s key and model for the openai provider', () => {
    const { config } = load({
      environment: { NARAE_EMBEDDER_PROVIDER: 'openai', OPENAI_API_KEY: 'k', OPENAI_MODEL: 'gpt' },
    });
    expect(configuredEmbedder(config)).toMatchObject({
      provider: 'openai',
      model: 'text-embedding-3-small',
      apiKey: 'k',
    });
  });
});

describe('listening beyond this machine', () => {
  const bind = (environment: Record<string, string>) => () =>
    assertSafeBind(load({ environment }).config.server);

  it('needs a key or an explicit word', () => {
    expect(bind({ NARAE_HOST: '0.0.0.0' })).toThrow(/NARAE_API_KEYS/);
    expect(bind({ NARAE_HOST: '::' })).toThrow(/NARAE_API_KEYS/);
    expect(bind({ NARAE_HOST: '0.0.0.0', NARAE_API_KEYS: 'long-enough' })).not.toThrow();
    expect(bind({ NARAE_HOST: '0.0.0.0', NARAE_ALLOW_UNAUTHENTICATED: '1' })).not.toThrow();
    expect(bind({ NARAE_HOST: 'localhost' })).not.toThrow();
    expect(bind({ NARAE_HOST: '127.0.0.1.evil.example' })).toThrow();
  });
});

describe('redaction', () => {
  it('hides keys wherever they stand', () => {
    const { entries } = load({
      environment: {
        NARAE_API_KEYS: 's3cret-one',
        NARAE_LLM_API_KEY: 's3cret-two',
        NARAE_LLM_BASE_URL: 'https://user:s3cret-three@host/v1',
        NARAE_LLM_MODELS:
          '[{"name":"a","provider":"openai","apiKey":"s3cret-four","headers":{"x-key":"s3cret-five"},"endpoints":[{"headers":{"x-key":"s3cret-six"}}]}]',
      },
    });
    expect(JSON.stringify(entries)).toContain('s3cret-four');
    expect(JSON.stringify(entries.map(redactEntry))).not.toContain('s3cret');
  });
});

describe('keys', () => {
  it('have a description, a variable and a flag of their own', () => {
    const flags = CONFIG_KEYS.flatMap(({ flag }) => (flag === undefined ? [] : [flag]));
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(CONFIG_KEYS.map(({ variable }) => variable)).size).toBe(CONFIG_KEYS.length);
    for (const key of CONFIG_KEYS) expect(key.description, key.key).toMatch(/\S{3}.*[^.]$/);
  });

  it('have defaults that pass their own validation', () => {
    expect(() => load()).not.toThrow();
  });
});
