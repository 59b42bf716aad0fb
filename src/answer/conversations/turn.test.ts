import { describe, expect, test } from 'vitest';
import type { AnswerPart } from '../../llm/spec.js';
import { AnswerCollector } from '../collect.js';
import { turnOf } from './turn.js';

const START: AnswerPart = { type: 'start', id: 'a', model: 'm', provider: 'p', createdAtMs: 0 };
const STORED_AT_MS = 1_760_000_000_000;

function recallOf(...parts: readonly AnswerPart[]) {
  const collector = new AnswerCollector();
  for (const part of parts) collector.add(part);
  const { facts } = turnOf([], collector.soFar(), { status: 'complete', reason: 'stop' }, 'run');
  return facts?.recall;
}

describe('a turn', () => {
  test('keeps how the cache of answers took part', () => {
    const recall = { outcome: 'hit', reason: 'memory', storedAtMs: STORED_AT_MS, savedTokens: 7 } as const;
    expect(recallOf({ ...START, recall })).toEqual(recall);
    expect(recallOf(START)).toBeUndefined();
  });

  test('says that a stored answer stood in, though the look-up before it missed', () => {
    const writer = { model: 'm', provider: 'p', staleSinceMs: STORED_AT_MS };
    const parts: AnswerPart[] = [
      { ...START, recall: { outcome: 'miss', reason: 'new' } },
      { type: 'writer', writer },
    ];
    expect(recallOf(...parts)).toMatchObject({ outcome: 'stale', storedAtMs: STORED_AT_MS });
  });
});
