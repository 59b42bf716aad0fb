import type { Origin, RawValue } from './origin.js';
import type { Environment } from './sources/environment.js';

/** Variables of other programs that Narae understands; `NARAE_LLM_…` and the file win over them. */
const VENDOR_VARIABLES = {
  openai: { baseUrl: 'OPENAI_BASE_URL', apiKey: 'OPENAI_API_KEY', model: 'OPENAI_MODEL' },
  anthropic: { baseUrl: 'ANTHROPIC_BASE_URL', apiKey: 'ANTHROPIC_API_KEY', model: 'ANTHROPIC_MODEL' },
} as const;

/** The vendors' own addresses, and the model taken there when none is named. */
export const VENDOR_DEFAULTS = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    model: 'gpt-4.1-mini',
    embedding: 'text-embedding-3-small',
  },
  anthropic: { baseUrl: 'https://api.anthropic.com', model: 'claude-haiku-4-5' },
} as const;

type Vendor = keyof typeof VENDOR_VARIABLES;
type Values = ReadonlyMap<string, RawValue>;

/**
 * Decides `llm.provider` when it is `auto` and fills in what the vendors' own variables say.
 * Returns the values to add; none of them replaces one that was set.
 */
export function readVendors(values: Values, environment: Environment, baseDir: string): RawValue[] {
  const decided = decideProvider(values, environment);
  const provider = { key: 'llm.provider', baseDir, value: decided.value, origin: decided.origin };
  const llm = isVendor(decided.value) ? vendorValues(decided.value, 'llm', environment, baseDir) : [];
  const embedder =
    values.get('embedder.provider')?.value === 'openai'
      ? vendorValues('openai', 'embedder', environment, baseDir).filter(({ key }) => key !== 'embedder.model')
      : [];
  const added = [...llm, ...firstListedModel(values, decided.value), ...embedder];
  return [provider, ...added.filter(({ key }) => !values.has(key))];
}

/** With `auto` and nothing but a list of models, the first of the list is the default. */
function firstListedModel(values: Values, provider: unknown): RawValue[] {
  const models = values.get('llm.models');
  const isAuto = (values.get('llm.provider')?.value ?? 'auto') === 'auto';
  const [first] = (models?.value ?? []) as readonly { readonly name: string }[];
  if (!models || !first || !isAuto || provider !== 'extractive') return [];
  return [{ ...models, key: 'llm.model', value: first.name }];
}

function decideProvider(values: Values, environment: Environment): { value: unknown; origin: Origin } {
  const asked = values.get('llm.provider');
  if (asked && asked.value !== 'auto') return asked;
  const own = values.get('llm.baseUrl') ?? values.get('llm.apiKey');
  if (own) return { value: 'openai', origin: own.origin };
  for (const vendor of ['openai', 'anthropic'] as const) {
    const { baseUrl, apiKey } = VENDOR_VARIABLES[vendor];
    const name = [baseUrl, apiKey].find((variable) => environment[variable]);
    if (name && (vendor === 'openai' || environment[apiKey])) {
      return { value: vendor, origin: { kind: 'environment', name } };
    }
  }
  return { value: 'extractive', origin: asked?.origin ?? { kind: 'default' } };
}

function vendorValues(
  vendor: Vendor,
  section: 'llm' | 'embedder',
  environment: Environment,
  baseDir: string,
): RawValue[] {
  return Object.entries(VENDOR_VARIABLES[vendor]).flatMap(([leaf, name]) => {
    const value = environment[name];
    return value
      ? [{ key: `${section}.${leaf}`, value, origin: { kind: 'environment', name }, baseDir }]
      : [];
  });
}

function isVendor(value: unknown): value is Vendor {
  return value === 'openai' || value === 'anthropic';
}

/** A base URL without slashes at its end, so that paths can be added. */
export function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
