import Type from 'typebox';
import type { AnswerFlow } from '../../answer/spec.js';
import { NaraeError } from '../../core/index.js';
import type { App } from '../app.js';

export interface ModelRouteParts {
  readonly flow: AnswerFlow;
}

const Params = Type.Object({ id: Type.String({ minLength: 1 }) });

/** `GET /v1/models` and `GET /v1/models/{id}`: every model, each followed by its aliases. */
export async function modelRoutes(app: App, { flow }: ModelRouteParts): Promise<void> {
  const created = Math.floor(Date.now() / 1000);
  const models = flow.models.flatMap(({ name, aliases, provider }) => {
    const model = { object: 'model', created, owned_by: provider };
    // `root` is how model servers say which model another name stands for.
    return [{ id: name, ...model }, ...aliases.map((alias) => ({ id: alias, ...model, root: name }))];
  });
  const find = (id: string) => {
    const model = models.find((candidate) => candidate.id === id);
    if (model !== undefined) return model;
    const available = models.map((candidate) => candidate.id).join(', ');
    throw new NaraeError('model_not_found', { values: { model: id, available }, field: 'model' });
  };
  const listSchema = { tags: ['openai'], summary: 'All models, the default first' };
  app.get('/v1/models', { schema: listSchema }, async () => ({ object: 'list', data: models }));
  const oneSchema = { tags: ['openai'], summary: 'One model', params: Params };
  app.get('/v1/models/:id', { schema: oneSchema }, async ({ params }) => find(params.id));
  // Ids from model hubs hold slashes, and not every client encodes them.
  app.get('/v1/models/*', { schema: { hide: true } }, async ({ params }) =>
    find((params as { readonly '*': string })['*']),
  );
}
