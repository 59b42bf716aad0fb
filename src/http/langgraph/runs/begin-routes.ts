import type { FastifyRequest } from 'fastify';
import type { App } from '../../app.js';
import { refuseFields } from '../fields.js';
import type { LangGraphParts } from '../parts.js';
import type { RunActions } from './actions.js';
import { RunBody, snakeFields } from './body.js';
import { BatchBody, BeginQuery, placeOf, REFUSED_QUERY, ThreadParams } from './requests.js';
import { runJson } from './run-json.js';
import { startRun, startStateless } from './start.js';

const tags = ['langgraph'];

/** The three ways to begin a run, with a thread and without. */
export function beginRoutes(app: App, parts: LangGraphParts, routes: RunActions): void {
  const querystring = BeginQuery;
  const preHandler = async ({ query }: FastifyRequest): Promise<void> =>
    refuseFields(query as object, REFUSED_QUERY);
  const onThread = { preHandler, schema: { tags, params: ThreadParams, body: RunBody, querystring } };
  const alone = { preHandler, schema: { tags, body: RunBody, querystring } };
  app.post('/threads/:thread_id/runs', onThread, async (request, reply) =>
    routes.created(await startRun(parts, placeOf(request, request.params), request.body), reply),
  );
  app.post('/threads/:thread_id/runs/stream', onThread, async (request, reply) =>
    routes.streamed(
      await startRun(parts, placeOf(request, request.params), request.body),
      request.body,
      reply,
    ),
  );
  app.post('/threads/:thread_id/runs/wait', onThread, async (request, reply) =>
    routes.waited(await startRun(parts, placeOf(request, request.params), request.body), request.body, reply),
  );
  app.post('/runs', alone, async (request, reply) =>
    routes.created(await startStateless(parts, request.tenant, request.body, { isRead: false }), reply),
  );
  app.post('/runs/stream', alone, async (request, reply) =>
    routes.streamed(
      await startStateless(parts, request.tenant, request.body, { isRead: false }),
      request.body,
      reply,
    ),
  );
  app.post('/runs/wait', alone, async (request, reply) =>
    routes.waited(
      await startStateless(parts, request.tenant, request.body, { isRead: true }),
      request.body,
      reply,
    ),
  );
  const batch = {
    schema: { tags, body: BatchBody },
    preValidation: async (request: FastifyRequest) => {
      if (Array.isArray(request.body)) request.body = request.body.map(snakeFields);
    },
  };
  app.post('/runs/batch', batch, async (request) => {
    const begun = [];
    for (const body of request.body)
      begun.push(await startStateless(parts, request.tenant, body, { isRead: false }));
    return begun.map(({ info }) => runJson(info));
  });
}
