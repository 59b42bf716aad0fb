import type { MockLlm } from '../../dist/lab/index.js';

/** An answer at once. */
export const CALM = 'mock:tokens=12';
/** An answer of a few seconds, so that much can be done while it is written. */
export const SLOW = 'mock:first_token_ms=30,token_ms=40,tokens=60';
/** An answer that ends only when it is told to, or left. */
export const ENDLESS = 'mock:token_ms=20,tokens=100000';

/** Models of the mock as a configuration names them. */
export function mockModels(mock: MockLlm, names: readonly string[]) {
  return names.map((name) => ({ name, provider: 'openai', baseUrl: `${mock.url}/v1` }));
}
