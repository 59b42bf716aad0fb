import type { MockLlm } from '../../dist/lab/index.js';

/** An answer at once. */
export const CALM = 'mock:tokens=12';
/** An answer of about a second, so that it can be left while it is written. */
export const SLOW = 'mock:first_token_ms=30,token_ms=15,tokens=60';

/** Models of the mock as a configuration names them. */
export function mockModels(mock: MockLlm, names: readonly string[]) {
  return names.map((name) => ({ name, provider: 'openai', baseUrl: `${mock.url}/v1` }));
}
