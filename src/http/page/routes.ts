import fastifyStatic from '@fastify/static';
import type { App } from '../app.js';

/** Only the page's own files run, and only this server is spoken to. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'";

/** Serves the built page at `/`. File names under `assets/` hold a content hash and are cached for a year. */
export async function pageRoutes(app: App, folder: string): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.url === '/' || route.url === '/*') route.config = { ...route.config, open: true };
  });
  await app.register(fastifyStatic, {
    root: folder,
    decorateReply: false,
    maxAge: 0,
    schemaHide: true,
    setHeaders: (reply, path) => {
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
      reply.header('x-content-type-options', 'nosniff');
      if (path.includes('/assets/')) reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
}
