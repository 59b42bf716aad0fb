import type { RunPart } from '../../answer/index.js';
import { errorBody } from '../errors.js';
import {
  FINISH_REASONS,
  type RunPlace,
  recallJson,
  searchJson,
  sourceJson,
  usageJson,
  writerJson,
} from '../openai/index.js';

/** A part as clients see it; undefined for those that are not for them. */
export function partJson(part: RunPart, { thread, run }: RunPlace): object | undefined {
  switch (part.type) {
    case 'start': {
      const { id, model, provider, createdAtMs, recall } = part;
      const created_at = new Date(createdAtMs).toISOString();
      const cache = recall && { cache: recallJson(recall) };
      return { type: 'start', thread_id: thread, run_id: run, id, model, provider, created_at, ...cache };
    }
    case 'sources':
      return { type: 'sources', sources: part.sources.map(sourceJson), ...searchJson(part.search) };
    case 'writer':
      return { type: 'writer', ...writerJson(part.writer) };
    case 'text-delta':
    case 'reasoning-delta': {
      const { type, text, choice } = part;
      return { type, text, ...(choice !== undefined && { choice }) };
    }
    case 'tool-call-delta': {
      const { type, index, id, name, argumentsDelta } = part;
      return {
        type,
        index,
        ...(id !== undefined && { id }),
        ...(name !== undefined && { name }),
        arguments: argumentsDelta,
      };
    }
    case 'choice-end':
      return { type: 'choice-end', choice: part.choice, reason: FINISH_REASONS[part.reason] };
    case 'citations':
      return { type: 'citations', citations: part.citations };
    case 'usage':
      return { type: 'usage', usage: usageJson(part.usage) };
    case 'turn':
      return part;
    case 'finish':
      return { type: 'finish', reason: FINISH_REASONS[part.reason] };
    case 'error':
      return { type: 'error', ...errorBody(part.error) };
    case 'message-fields':
    case 'answer-fields':
    case 'graph-event':
      return undefined;
  }
}
