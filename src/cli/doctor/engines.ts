import { toNaraeError } from '../../core/index.js';
import type { Parts } from '../app.js';
import { count, plural } from '../numbers.js';
import { type Check, type CheckContext, type Finding, failure, ok, warning } from './check.js';

/** Opens what a question needs and tries each part: the database, the embedder, the model. */
export const checkEngines: Check = async (context) => {
  let parts: Parts;
  try {
    parts = await (await context.loadApp()).openParts(context.config);
  } catch (thrown) {
    return [failure(subjectOf(thrown), thrown)];
  }
  try {
    return [
      await checkDatabase(parts, context),
      await checkEmbedder(parts, context),
      await checkModel(parts, context),
    ];
  } finally {
    await parts.close();
  }
};

function subjectOf(thrown: unknown): string {
  const { code } = toNaraeError(thrown);
  if (code.startsWith('llm_')) return 'model';
  return code.startsWith('embedder_') ? 'embedder' : 'database';
}

async function checkDatabase({ store, tenant }: Parts, { config }: CheckContext): Promise<Finding> {
  try {
    const collections = await store.listCollections(tenant);
    const documents = collections.reduce((sum, collection) => sum + collection.documents, 0);
    const chunks = collections.reduce((sum, collection) => sum + collection.chunks, 0);
    const holds = `${plural(collections.length, 'collection')}, ${plural(documents, 'document')}, ${plural(chunks, 'chunk')}`;
    if (documents > 0 || config.ingest.folder !== undefined) return ok('database', `readable: ${holds}`);
    return ok('database', 'readable, nothing indexed yet. To index: narae ingest ./folder');
  } catch (thrown) {
    return failure('database', thrown);
  }
}

async function checkEmbedder({ embedder }: Parts, { signal }: CheckContext): Promise<Finding> {
  try {
    const [vector] = await embedder.embed(['나래 narae'], 'query', signal);
    if (vector?.length === embedder.dimensions) {
      return ok('embedder', `${embedder.id}, ${count(embedder.dimensions)} dimensions`);
    }
    return failure(
      'embedder',
      `${embedder.id} gave ${vector?.length ?? 0} dimensions, not ${embedder.dimensions}`,
    );
  } catch (thrown) {
    return failure('embedder', thrown);
  }
}

async function checkModel({ llm }: Parts, { signal }: CheckContext): Promise<Finding> {
  if (llm.provider === 'extractive') {
    return ok('model', 'extractive: quotes the documents. For a model: docs/guides/models.md');
  }
  try {
    const models = await llm.listModels(signal);
    const [first] = models;
    const model = (llm.takesFirst && first) || llm.model;
    const place = `${model} at ${llm.baseUrl ?? llm.provider}`;
    if (models.length === 0 || models.includes(model))
      return ok('model', `${place} is reachable, the key is accepted`);
    return warning(
      'model',
      `${place} is reachable but does not list that model; it lists ${firstNames(models)}`,
    );
  } catch (thrown) {
    return failure('model', thrown);
  }
}

function firstNames(models: readonly string[]): string {
  const shown = models.slice(0, 5).join(', ');
  return models.length > 5 ? `${shown} and ${models.length - 5} more` : shown;
}
