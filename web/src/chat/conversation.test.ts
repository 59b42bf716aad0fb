import { describe, expect, it } from 'vitest';
import {
  type ConversationEvent,
  isRunning,
  messagesFor,
  reduceConversation,
  TURNS_LIMIT,
  TURNS_SENT_LIMIT,
  type Turn,
} from './conversation.js';

function play(...events: readonly ConversationEvent[]): readonly Turn[] {
  return events.reduce<readonly Turn[]>(reduceConversation, []);
}

const answered = (id: string, question: string, text: string): ConversationEvent[] => [
  { type: 'asked', id, question },
  { type: 'text', id, text },
  { type: 'ended', id, phase: { status: 'done', reason: 'stop' } },
];

describe('reduceConversation', () => {
  it('gathers the text of one turn and leaves the others alone', () => {
    const turns = play(
      ...answered('1', '첫 질문', '답'),
      { type: 'asked', id: '2', question: 'second' },
      { type: 'text', id: '2', text: 'a' },
      { type: 'text', id: '2', text: 'b' },
    );
    expect(turns.map(({ text }) => text)).toEqual(['답', 'ab']);
    expect(turns.map(isRunning)).toEqual([false, true]);
  });

  it('keeps the text of an answer that failed', () => {
    const phase = { status: 'failed', failure: { kind: 'incomplete' } } as const;
    const [turn] = play(
      { type: 'asked', id: '1', question: 'q' },
      { type: 'text', id: '1', text: 'half' },
      { type: 'ended', id: '1', phase },
    );
    expect(turn).toMatchObject({ text: 'half', phase });
  });

  it('forgets the oldest turns of a very long conversation', () => {
    const events = Array.from({ length: TURNS_LIMIT + 5 }, (_, n) => answered(String(n), 'q', 'a')).flat();
    const turns = play(...events);
    expect(turns).toHaveLength(TURNS_LIMIT);
    expect(turns[0]?.id).toBe('5');
  });
});

describe('messagesFor', () => {
  it('sends what was answered, also when it was stopped, and nothing that failed', () => {
    const turns = play(
      ...answered('1', '질문', '답'),
      { type: 'asked', id: '2', question: 'broken' },
      { type: 'text', id: '2', text: 'half' },
      { type: 'ended', id: '2', phase: { status: 'failed', failure: { kind: 'incomplete' } } },
      { type: 'asked', id: '3', question: 'long' },
      { type: 'text', id: '3', text: 'part' },
      { type: 'ended', id: '3', phase: { status: 'stopped' } },
      { type: 'asked', id: '4', question: 'silent' },
      { type: 'ended', id: '4', phase: { status: 'stopped' } },
    );
    expect(messagesFor(turns, 'next').map(({ content }) => content)).toEqual([
      '질문',
      '답',
      'long',
      'part',
      'next',
    ]);
  });

  it('bounds what it sends', () => {
    const turns = play(...Array.from({ length: 40 }, (_, n) => answered(String(n), `q${n}`, 'a')).flat());
    const messages = messagesFor(turns, 'next');
    expect(messages).toHaveLength(TURNS_SENT_LIMIT * 2 + 1);
    expect(messages[0]?.content).toBe(`q${40 - TURNS_SENT_LIMIT}`);
  });
});
