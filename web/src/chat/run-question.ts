import type { ChatEvent } from '../api/chat-stream.js';
import { isAbort, toFailure } from '../api/failure.js';
import type { ConversationEvent, Phase } from './conversation.js';
import { FrameBatch } from './frame-batch.js';

/**
 * Turns an answer's stream into the events of its turn, and resolves with how it ended, which is not yet
 * dispatched. Never rejects; undefined when the reader left, which ends nothing.
 */
export async function runQuestion(
  id: string,
  stream: AsyncIterable<ChatEvent>,
  dispatch: (event: ConversationEvent) => void,
): Promise<Phase | undefined> {
  const batch = new FrameBatch((text) => dispatch({ type: 'text', id, text }));
  let phase: Phase | undefined;
  let interrupted = false;
  try {
    for await (const event of stream) {
      if (event.type === 'text') batch.add(event.text);
      else if (event.type === 'finish') phase = { status: 'done', reason: event.reason };
      else {
        if (event.type === 'stored') interrupted = event.status === 'interrupted';
        dispatch(eventOf(id, event));
      }
    }
  } catch (thrown) {
    phase = isAbort(thrown) ? undefined : { status: 'failed', failure: toFailure(thrown) };
  }
  batch.flush();
  return interrupted ? { status: 'stopped' } : phase;
}

function eventOf(id: string, event: Exclude<ChatEvent, { type: 'text' | 'finish' }>): ConversationEvent {
  switch (event.type) {
    case 'start':
      return { type: 'started', id, run: event.run };
    case 'meta':
      return { type: 'meta', id, meta: event.meta };
    case 'stored':
      return { type: 'stored', id, sequence: event.sequence };
  }
}
