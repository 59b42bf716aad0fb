import type { Conversations } from '../../../answer/index.js';
import type { App } from '../../app.js';
import { clientSignal } from '../../client-signal.js';
import { CancelRunBody, ListRunsQuery, ThreadParams, ThreadRunParams } from '../schema.js';
import { runJson } from './json.js';
import { withBody } from './with-body.js';

const tags = ['chat'];

/** What is being answered on a thread, and what was. */
export function runRoutes(app: App, { threads, runs }: Conversations): void {
  app.get(
    '/chat/threads/:id/runs',
    {
      schema: {
        tags,
        summary: 'Answers of a conversation',
        params: ThreadParams,
        querystring: ListRunsQuery,
      },
    },
    async ({ tenant, params: { id }, query: { limit = 20, offset = 0, status } }) => {
      await threads.load(tenant, id, { lastTurns: 0 });
      const found = await runs.list(tenant, id, { limit, offset, ...(status !== undefined && { status }) });
      return { runs: found.map(runJson) };
    },
  );

  app.post(
    '/chat/threads/:id/runs/:run/cancel',
    {
      preValidation: withBody,
      schema: { tags, summary: 'Stop an answer', params: ThreadRunParams, body: CancelRunBody },
    },
    async ({ tenant, params: { id, run }, body: { action = 'interrupt', wait = false } }, reply) => {
      await runs.get(tenant, id, run);
      await runs.cancel(tenant, id, run, { action, wait, signal: clientSignal(reply).abortSignal });
      return { run_id: run, cancelled: true };
    },
  );
}
