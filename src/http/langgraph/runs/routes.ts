import Type from 'typebox';
import type { App } from '../../app.js';
import { clientSignal } from '../../client-signal.js';
import { Name, OneOf } from '../fields.js';
import type { LangGraphParts } from '../parts.js';
import { RunActions } from './actions.js';
import { beginRoutes } from './begin-routes.js';
import { CancelManyBody, Flag, isOn, JoinQuery, ListQuery, placeOf, ThreadParams } from './requests.js';
import { runJson } from './run-json.js';

const tags = ['langgraph'];
const RunParams = Type.Object({ thread_id: Name, run_id: Name });
const Action = Type.Optional(OneOf(['interrupt', 'rollback']));

const CancelQuery = Type.Object({ wait: Flag, action: Action, reason: Type.Optional(Type.String()) });
/** Runs: begun, followed, listed, cancelled. */
export async function runRoutes(app: App, parts: LangGraphParts): Promise<void> {
  const routes = new RunActions(parts);
  beginRoutes(app, parts, routes);
  app.get(
    '/threads/:thread_id/runs',
    { schema: { tags, params: ThreadParams, querystring: ListQuery } },
    (request) => routes.list(placeOf(request, request.params), request.query),
  );
  app.get('/threads/:thread_id/runs/:run_id', { schema: { tags, params: RunParams } }, async (request) => {
    const { thread_id: thread, run_id: run } = request.params;
    return runJson(await parts.runs.get(request.tenant, thread, run));
  });
  app.delete(
    '/threads/:thread_id/runs/:run_id',
    { schema: { tags, params: RunParams } },
    async (request, reply) => {
      await parts.runs.delete(request.tenant, request.params.thread_id, request.params.run_id);
      return reply.code(204).send();
    },
  );
  app.get(
    '/threads/:thread_id/runs/:run_id/join',
    { schema: { tags, params: RunParams, querystring: Type.Object({ cancel_on_disconnect: Flag }) } },
    (request, reply) =>
      routes.join(
        placeOf(request, request.params),
        request.params.run_id,
        reply,
        isOn(request.query.cancel_on_disconnect),
      ),
  );
  app.get(
    '/threads/:thread_id/runs/:run_id/stream',
    { schema: { tags, params: RunParams, querystring: JoinQuery } },
    (request, reply) =>
      routes.follow(placeOf(request, request.params), request.params.run_id, request, reply),
  );
  app.get(
    '/runs/:run_id/stream',
    { schema: { tags, params: Type.Object({ run_id: Name }), querystring: JoinQuery } },
    async (request, reply) => {
      const { thread } = await parts.runs.find(request.tenant, request.params.run_id);
      return routes.follow({ tenant: request.tenant, thread }, request.params.run_id, request, reply);
    },
  );
  app.post(
    '/threads/:thread_id/runs/:run_id/cancel',
    { schema: { tags, params: RunParams, querystring: CancelQuery } },
    async (request, reply) => {
      const { thread_id: thread, run_id: run } = request.params;
      const wait = isOn(request.query.wait);
      await parts.runs.cancel(request.tenant, thread, run, {
        action: request.query.action ?? 'interrupt',
        wait,
        signal: clientSignal(reply).abortSignal,
      });
      return reply.code(wait ? 204 : 202).send();
    },
  );
  app.post(
    '/runs/cancel',
    { schema: { tags, body: CancelManyBody, querystring: Type.Object({ action: Action }) } },
    async (request, reply) => {
      await routes.cancelMany(request.tenant, request.body, request.query.action ?? 'interrupt');
      return reply.code(204).send();
    },
  );
}
