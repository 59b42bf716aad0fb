import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nastyText } from '../../../test/support/nasty-text.js';
import type { NaraeEvent } from '../events.js';
import { jsonLines } from './json-lines.js';
import { toLine } from './log-lines.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function written(event: NaraeEvent, worker?: number): Record<string, unknown> {
  const line = toLine(event, true);
  if (line === undefined) throw new TypeError('the event has no line');
  const text = jsonLines(worker)(line);
  expect(text.endsWith('}\n')).toBe(true);
  return JSON.parse(text);
}

describe('a line of JSON', () => {
  it('says what happened, when and where, with durations to a tenth of a millisecond', () => {
    const route = '/v1/chat/completions';
    const about = { requestId: 'req_1', method: 'POST', route, status: 200 } as const;
    const entry = written({ type: 'request-finished', ...about, durationMs: 12.3456 }, 2);
    expect(Object.keys(entry).slice(0, 4)).toEqual(['level', 'time', 'worker', 'event']);
    expect(entry).toMatchObject({
      level: 'info',
      worker: 2,
      event: 'request-finished',
      ...about,
      durationMs: 12.3,
    });
    expect(entry.time).toMatch(TIME);
    expect(entry.msg).toBe('POST /v1/chat/completions 200 12.3 ms req_1');
    expect(entry).not.toHaveProperty('type');
  });

  it('is one line of valid JSON, whatever names and texts hold', () => {
    const detail = fc.oneof(nastyText(), fc.double(), fc.boolean());
    const details = fc.dictionary(nastyText(), detail, { maxKeys: 4 });
    fc.assert(
      fc.property(nastyText(), details, (message, facts) => {
        const entry = written({ type: 'notice', message, details: facts });
        expect(entry.msg).toBe(message);
        expect(entry).not.toHaveProperty('worker');
      }),
    );
  });

  it('names the code of a failure, not what it quotes', () => {
    const entry = written({
      type: 'error',
      code: 'llm_rejected',
      message: 'the question',
      requestId: 'req_1',
    });
    expect(entry).toMatchObject({ event: 'error', code: 'llm_rejected', requestId: 'req_1' });
    expect(JSON.stringify(entry)).not.toContain('the question');
  });
});
