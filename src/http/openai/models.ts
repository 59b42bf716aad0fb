import Type from 'typebox';
import type { AnswerFlow } from '../../answer/spec.js';
import { NaraeError } from '../../core/index.js';
import type { App } from '../app.js';

export interface ModelRouteParts {
  readonly flow: AnswerFlow;
}

const Params = Type.Object({ '*': Type.String({ minLength: 1 }) });

/** `GET /v1/models` and `GET /v1/models/{id}`; ids may hold slashes, as those of model hubs do. */
export async function modelRoutes(app: App, { flow }: ModelRouteParts): Promise<void> {
  const created = Math.floor(Date.now() / 1000);
  const models = flow.models.map(({ name, provider }) => ({
    id: name,
    object: 'model',
    created,
    owned_by: provider,
  }));
  app.get(
    '/v1/models',
    { schema: { tags: ['openai'], summary: 'All models, the default first' } },
    async () => ({
      object: 'list',
      data: models,
    }),
  );
  app.get(
    '/v1/models/*',
    { schema: { tags: ['openai'], summary: 'One model', params: Params } },
    async ({ params }) => {
      const id = params['*'];
      const model = models.find((candidate) => candidate.id === id);
      if (model !== undefined) return model;
      const available = models.map((candidate) => candidate.id).join(', ');
      throw new NaraeError('model_not_found', { values: { model: id, available }, field: 'model' });
    },
  );
}
