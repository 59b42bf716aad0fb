import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Native code, packages that look for files beside themselves, what only some runs load, and what users bring. */
const KEPT_APART = [
  'libsql',
  'libsql/promise',
  'usearch',
  '@huggingface/transformers',
  'gpt-tokenizer',
  'mammoth',
  'unpdf',
  'undici',
  '@langchain/core',
  '@langchain/langgraph',
  '@langchain/langgraph-checkpoint',
];

/**
 * Packs the command and its worker threads, with their packages, into few files: `dist/bin`. Node opens 1,500 files
 * otherwise, which is half of the time to start. See docs/decisions/0005-packed-program.md.
 */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  publicDir: false,
  ssr: { target: 'node', noExternal: true, external: KEPT_APART },
  build: {
    ssr: true,
    outDir: 'dist/bin',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      input: {
        narae: 'dist/cli/narae.js',
        worker: 'dist/cli/worker.js',
        'search-worker': 'dist/retrieval/search/search-worker.js',
        'worker/main': 'dist/ingest/worker/main.js',
        'onnx-worker': 'dist/retrieval/embedders/onnx-worker.js',
      },
      // All at one depth: code that finds files relative to itself stays right wherever it lands.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
