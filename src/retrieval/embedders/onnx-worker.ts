import { parentPort, workerData } from 'node:worker_threads';
import { serveWorker } from '../../core/index.js';
import type { OnnxEmbedderOptions } from '../options.js';
import { loadOnnxEngine, type OnnxEngine } from './onnx-engine.js';

export type OnnxMethods = {
  open: { input: null; output: { dimensions: number } };
  embed: { input: readonly string[]; output: Float32Array };
};

/** The model is loaded once, by the first call. */
let loading: Promise<OnnxEngine> | undefined;

function engine(): Promise<OnnxEngine> {
  loading ??= loadOnnxEngine(workerData as OnnxEmbedderOptions);
  return loading;
}

if (parentPort)
  serveWorker<OnnxMethods>(parentPort, {
    open: async () => ({ dimensions: (await engine()).dimensions }),
    embed: async (texts) => (await engine()).embed(texts),
  });
