import { describe, expect, it } from 'vitest';
import { CONFIG_KEYS, type ConfigKey, loadConfig } from '../config/index.js';
import { createRoutedModels, defaultRoutingOptions } from '../llm/index.js';
import { llmOptions, recallOptions } from './room-options.js';

const cwd = import.meta.dirname;

function optionsWith(key?: string, value?: unknown) {
  const flags = key === undefined ? [] : [{ key, value, flag: 'test' }];
  return llmOptions(loadConfig({ cwd, environment: {}, flags }).config);
}

const ROUTING_KEYS = CONFIG_KEYS.filter(({ key }) => key.startsWith('routing.'));

/** A valid value that is not the default. */
function otherValue({ key, kind, schema, default: given }: ConfigKey): unknown {
  if (key === 'routing.policy') return 'weighted';
  if (kind === 'boolean') return given !== true;
  if (kind === 'list') return ['extractive'];
  const { maximum } = schema as unknown as { maximum: number };
  return given === maximum ? maximum - 0.5 : maximum;
}

it('counts a megabyte as everybody else here does', () => {
  const { config } = loadConfig({
    cwd,
    environment: {},
    flags: [{ key: 'cache.semanticModels', value: ['*'], flag: 'test' }],
  });
  expect(recallOptions(config).semantic?.memoryLimitBytes).toBe(128 * 2 ** 20);
});

describe('the routing section', () => {
  it('says by default what the room says by default', () => {
    const { earlyStop, ...routing } = optionsWith().routing;
    const { earlyStop: _, ...expected } = defaultRoutingOptions;
    expect(routing).toEqual(expected);
    expect(earlyStop).toEqual({ stopTexts: [] });
  });

  it.each(ROUTING_KEYS.map((key) => [key.key, key] as const))('%s reaches the models', (name, key) => {
    expect(optionsWith(name, otherValue(key))).not.toEqual(optionsWith());
  });

  it('builds the models that the configuration names, endpoints and all', async () => {
    const models = [
      {
        name: 'm',
        provider: 'openai',
        apiKey: 'k',
        endpoints: [
          { baseUrl: 'http://gpu-1:8001/v1/', weight: 2 },
          { name: 'b', baseUrl: 'http://gpu-2/v1' },
        ],
        policy: 'weighted',
        fallback: ['extractive'],
        earlyStop: { maxCharacters: 9 },
      },
    ];
    const options = optionsWith('llm.models', models);
    expect(options.models).toMatchObject([
      { ...models[0], endpoints: [{ baseUrl: 'http://gpu-1:8001/v1', weight: 2 }, { name: 'b' }] },
    ]);
    const registry = createRoutedModels(options, { emit: () => {} });
    expect(registry.health().models).toMatchObject([
      { model: 'm', endpoints: [{ name: 'gpu-1:8001' }, { name: 'b' }] },
    ]);
    await registry.close();
  });
});

describe('connections to model servers', () => {
  it('are as many as the calls under way need, and bound those where they are configured', () => {
    expect(optionsWith('routing.maxInFlightPerEndpoint', 7)).toMatchObject({ maxConnections: 14 });
    expect(optionsWith('llm.maxConnections', 5)).toMatchObject({
      maxConnections: 5,
      routing: { limits: { maxInFlightPerEndpoint: 5 } },
    });
    expect(optionsWith('llm.maxConnections', 50_000).routing.limits.maxInFlightPerEndpoint).toBe(10_000);
    expect(optionsWith('llm.keepAliveSeconds', 2.5).keepAliveMs).toBe(2500);
  });
});

describe('fallbacks in the configuration', () => {
  it.each([
    ['routing.fallback', ['nobody'], 'routing.fallback names no model "nobody"'],
    [
      'llm.models',
      [{ name: 'a', provider: 'openai', apiKey: 'k', fallback: ['b'] }],
      'llm.models[0].fallback names no model "b"',
    ],
    [
      'llm.models',
      [{ name: 'a', provider: 'openai', apiKey: 'k', fallback: ['a'] }],
      'llm.models[0].fallback names the model itself',
    ],
    [
      'llm.models',
      [{ name: 'a', provider: 'openai', endpoints: [{ baseUrl: 'x' }] }],
      'llm.models[0].endpoints[0].baseUrl must be a URL',
    ],
    ['llm.models', [{ name: 'a', provider: 'openai', endpoints: [{ wieght: 1 }] }], 'Did you mean "weight"?'],
  ])('%s = %j is refused', (key, value, message) => {
    expect(() => optionsWith(key, value)).toThrow(message);
  });
});
