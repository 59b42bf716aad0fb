import type { ChatEvent } from '../api/chat-stream.js';
import { isAbort, toFailure } from '../api/failure.js';
import type { ConversationEvent, Phase } from './conversation.js';
import { FrameBatch } from './frame-batch.js';

/** Turns an answer's stream into the events of its turn. Never rejects; `ended` is always the last event. */
export async function runQuestion(
  id: string,
  stream: AsyncIterable<ChatEvent>,
  dispatch: (event: ConversationEvent) => void,
): Promise<void> {
  const batch = new FrameBatch((text) => dispatch({ type: 'text', id, text }));
  const phase = await consume(id, stream, dispatch, batch);
  batch.flush();
  dispatch({ type: 'ended', id, phase });
}

async function consume(
  id: string,
  stream: AsyncIterable<ChatEvent>,
  dispatch: (event: ConversationEvent) => void,
  batch: FrameBatch,
): Promise<Phase> {
  let reason = 'stop';
  try {
    for await (const event of stream) {
      if (event.type === 'text') batch.add(event.text);
      else if (event.type === 'meta') dispatch({ type: 'meta', id, meta: event.meta });
      else reason = event.reason;
    }
    return { status: 'done', reason };
  } catch (thrown) {
    return isAbort(thrown) ? { status: 'stopped' } : { status: 'failed', failure: toFailure(thrown) };
  }
}
