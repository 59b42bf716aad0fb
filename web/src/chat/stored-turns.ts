import type { Failure } from '../api/failure.js';
import { keptSince } from '../api/kept-since.js';
import type { StoredTurn } from '../api/types.js';
import type { Phase, Turn } from './conversation.js';

/** A turn as the server keeps it, as the page shows it. */
export function turnOf(stored: StoredTurn): Turn {
  const { sequence, parent, versions, question, answer, run_id } = stored;
  const since = keptSince(stored.cache);
  return {
    id: `stored-${sequence}`,
    question,
    text: answer,
    meta: {
      sources: stored.sources ?? [],
      provider: stored.provider ?? '',
      model: stored.model ?? '',
      collection: stored.collection ?? '',
      ...(since !== undefined && { keptSince: since }),
    },
    phase: phaseOf(stored),
    after: parent,
    sequence,
    versions: versions.includes(sequence) ? versions : [sequence],
    ...(run_id && { run: run_id }),
  };
}

function phaseOf({ status, error, finish_reason }: StoredTurn): Phase {
  switch (status) {
    case 'complete':
      return { status: 'done', reason: finish_reason ?? 'stop' };
    case 'interrupted':
      return { status: 'stopped' };
    case 'failed':
      return { status: 'failed', failure: failureOf(error) };
  }
}

function failureOf(error: StoredTurn['error']): Failure {
  return error ? { kind: 'refused', status: 200, ...error } : { kind: 'incomplete' };
}
