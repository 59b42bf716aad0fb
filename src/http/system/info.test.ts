import { expect, test } from 'vitest';
import { TEST_HTTP_OPTIONS } from '../../../test/support/http-options.js';
import { createTenantDirectory } from '../../tenants/index.js';
import { createHttpServer } from '../server.js';
import { systemRoutes } from './index.js';

const INFO = {
  version: '1',
  defaultModel: { name: 'm', provider: 'openai' },
  defaultCollection: 'docs',
  embedder: 'e',
  uploadLimitBytes: 1,
  examples: async () => [],
};

const READY = { state: 'ready' } as const;

test('the whole of /v1/info is for whoever brings a key, in either header', async () => {
  const tenants = createTenantDirectory({ apiKeys: ['key-of-the-team'] });
  const metrics = { render: async () => '', contentType: 'text/plain' };
  const parts = { info: INFO, tenants, metrics, readiness: () => READY, degraded: () => [] };
  const server = await createHttpServer(TEST_HTTP_OPTIONS, {
    emit: () => {},
    tenants,
    version: '1',
    routes: (app) => systemRoutes(app, parts),
  });
  const url = await server.listen();
  const tell = async (headers: Record<string, string>) =>
    Object.keys((await (await fetch(`${url}/v1/info`, { headers })).json()) as object);
  expect(await tell({})).not.toContain('embedder');
  expect(await tell({ 'x-api-key': 'key-of-the-town' })).not.toContain('embedder');
  expect(await tell({ 'x-api-key': 'key-of-the-team' })).toContain('embedder');
  expect(await tell({ authorization: 'Bearer key-of-the-team' })).toContain('embedder');
  await server.close();
});
