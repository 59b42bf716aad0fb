import { expect, it } from 'vitest';
import { loadOnnxEngine } from './onnx-engine.js';
import type { TransformersModule } from './onnx-pipeline.js';

interface Call {
  readonly texts: readonly string[];
  readonly options: unknown;
}

/** Stands in for the optional package: vectors of two components, and a record of how it was called. */
function fakePackage() {
  const calls: Call[] = [];
  const loaded: unknown[] = [];
  let disposed = 0;
  const model = Object.assign(
    async (texts: readonly string[], options: unknown) => {
      calls.push({ texts, options });
      return { dims: [texts.length, 2], data: texts.flatMap(() => [0.6, 0.8]) };
    },
    { dispose: async () => disposed++ },
  );
  const transformers: TransformersModule = {
    env: { allowRemoteModels: true, allowLocalModels: false, localModelPath: '' },
    pipeline: async (...from) => {
      loaded.push(from);
      if (from[1] === 'broken') throw new Error('no such file: /secret/broken/config.json');
      return model;
    },
  };
  return { transformers, calls, loaded, disposed: () => disposed };
}

it('loads the folder, never the network, and pools as told', async () => {
  const { transformers, calls, loaded, disposed } = fakePackage();
  const engine = await loadOnnxEngine(
    { kind: 'onnx', path: '/models/e5', pooling: 'cls' },
    async () => transformers,
  );
  expect(transformers.env).toEqual({
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: '/models',
  });
  expect(loaded).toEqual([['feature-extraction', 'e5', { dtype: 'q8', local_files_only: true }]]);
  expect(engine.dimensions).toBe(2);
  expect(await engine.embed(['하나', 'two'])).toEqual(Float32Array.of(0.6, 0.8, 0.6, 0.8));
  expect(calls.at(-1)).toEqual({ texts: ['하나', 'two'], options: { pooling: 'cls', normalize: true } });
  await engine.close();
  expect(disposed()).toBe(1);
});

it('names the model that cannot be loaded, not its path', async () => {
  const { transformers } = fakePackage();
  const failed = loadOnnxEngine({ kind: 'onnx', path: '/secret/broken' }, async () => transformers);
  await expect(failed).rejects.toMatchObject({ code: 'embedder_unavailable' });
  await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('/secret') });
});
