import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the page to `dist/web`, from where the server sends it at `/`. `vite --config web/vite.config.ts` serves it for work on it, with the API of a server on port 8000. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Everything is a file of its own, so that a strict Content-Security-Policy holds.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8000', '/chat': 'http://127.0.0.1:8000' } },
});
