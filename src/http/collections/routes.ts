import Type from 'typebox';
import type { DocumentStore } from '../../retrieval/spec.js';
import type { App } from '../app.js';
import { collectionJson, documentJson } from './json.js';

const CollectionParams = Type.Object({ name: Type.String() });
const DocumentParams = Type.Object({ name: Type.String(), id: Type.String() });
const CreateBody = Type.Object({ name: Type.String() }, { additionalProperties: false });
const ListQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
    cursor: Type.Optional(Type.String({ description: 'next_cursor of the page before.' })),
    prefix: Type.Optional(Type.String({ description: 'Only sources that begin so.' })),
  },
  { additionalProperties: false },
);

const tags = ['collections'];

/** Collections and their documents: create, list, read, delete. Uploads are in `upload.ts`. */
export async function collectionRoutes(app: App, store: DocumentStore): Promise<void> {
  app.get('/v1/collections', { schema: { tags, summary: 'List collections' } }, async ({ tenant }) => ({
    collections: (await store.listCollections(tenant)).map(collectionJson),
  }));

  app.post(
    '/v1/collections',
    { schema: { tags, summary: 'Create a collection', body: CreateBody } },
    async (request, reply) => {
      reply.code(201);
      return collectionJson(await store.createCollection(request.tenant, request.body.name));
    },
  );

  app.get(
    '/v1/collections/:name',
    { schema: { tags, summary: 'One collection', params: CollectionParams } },
    async ({ tenant, params }) => collectionJson(await store.getCollection(tenant, params.name)),
  );

  app.delete(
    '/v1/collections/:name',
    { schema: { tags, summary: 'Delete a collection with its documents', params: CollectionParams } },
    async ({ tenant, params }) => {
      await store.deleteCollection(tenant, params.name);
      return { name: params.name, deleted: true };
    },
  );

  documentRoutes(app, store);
}

function documentRoutes(app: App, store: DocumentStore): void {
  app.get(
    '/v1/collections/:name/documents',
    { schema: { tags, summary: 'List documents', params: CollectionParams, querystring: ListQuery } },
    async ({ tenant, params, query }) => {
      const page = await store.listDocuments(tenant, params.name, {
        limit: query.limit ?? 50,
        ...(query.cursor !== undefined && { cursor: query.cursor }),
        ...(query.prefix !== undefined && { sourcePrefix: query.prefix }),
      });
      return {
        documents: page.items.map(documentJson),
        ...(page.nextCursor !== undefined && { next_cursor: page.nextCursor }),
      };
    },
  );

  app.get(
    '/v1/collections/:name/documents/:id',
    { schema: { tags, summary: 'One document', params: DocumentParams } },
    async ({ tenant, params }) => documentJson(await store.getDocument(tenant, params.name, params.id)),
  );

  app.get(
    '/v1/collections/:name/documents/:id/content',
    { schema: { tags, summary: 'A document’s extracted text', params: DocumentParams } },
    async ({ tenant, params }) => {
      const document = await store.getDocument(tenant, params.name, params.id);
      const text = await store.getDocumentText(tenant, params.name, params.id);
      return {
        id: document.id,
        source: document.source,
        title: document.title,
        media_type: document.mediaType,
        text,
      };
    },
  );

  app.delete(
    '/v1/collections/:name/documents/:id',
    { schema: { tags, summary: 'Delete a document', params: DocumentParams } },
    async ({ tenant, params }) => {
      await store.deleteDocument(tenant, params.name, params.id);
      return { id: params.id, deleted: true };
    },
  );
}
