import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from '../app.js';

/** Scripts and styles of Swagger UI. Its own plugin would cost every start 40 ms; of these, nothing is read until asked. */
const ASSETS = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Narae API</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', docExpansion: 'list', deepLinking: true });\n`;

/** Swagger UI sets styles on elements and draws its icons from data. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'";

/** `/docs`, where a browser shows `/openapi.json`. Open as that is: it says what there is, not what is in it. */
export async function referenceRoutes(app: App): Promise<void> {
  const open = { config: { open: true }, schema: { hide: true } };
  for (const path of ['/docs', '/docs/'])
    app.get(path, open, async (_, reply) =>
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY).type('text/html').send(PAGE),
    );
  app.get('/docs/start.js', open, async (_, reply) => reply.type('text/javascript').send(START));
  await app.register(async (assets) => {
    assets.addHook('onRoute', (route) => {
      route.config = { ...route.config, open: true };
    });
    await assets.register(fastifyStatic, {
      root: ASSETS,
      prefix: '/docs/assets/',
      decorateReply: false,
      maxAge: '1d',
      schemaHide: true,
    });
  });
}
