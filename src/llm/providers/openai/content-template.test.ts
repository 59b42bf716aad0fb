import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LlmPart } from '../../spec.js';
import { ReplyReader } from '../../upstream/reply-reader.js';
import { ContentTemplate } from './content-template.js';
import { OpenAiDecoder } from './decoder.js';

const UPSTREAM = { host: 'h' };

/** What events mean when each is parsed on its own. */
function partsOneByOne(events: readonly string[]): LlmPart[][] {
  return events.map((data) => {
    const parts: LlmPart[] = [];
    new OpenAiDecoder(UPSTREAM).read({ event: '', data }, parts);
    return parts.map(withoutId);
  });
}

function partsInARow(events: readonly string[]): LlmPart[][] {
  const decoder = new OpenAiDecoder(UPSTREAM);
  return events.map((data) => {
    const parts: LlmPart[] = [];
    decoder.read({ event: '', data }, parts);
    return parts.map(withoutId);
  });
}

/** A call's id comes once a stream, and where the server gives none it is random. */
function withoutId(part: LlmPart): LlmPart {
  if (part.type !== 'tool-call-delta') return part;
  const { id: _, ...rest } = part;
  return rest;
}

/** What a reader makes of these pieces, as one batch. */
function read(pieces: readonly Buffer[]): LlmPart[] {
  const reader = new ReplyReader(new OpenAiDecoder(UPSTREAM));
  const parts: LlmPart[] = [];
  for (const piece of pieces) reader.push(piece, parts);
  return parts.map(withoutId);
}

/** What is read, neighbouring texts as one, up to a failure. */
function outcome() {
  const reader = new ReplyReader(new OpenAiDecoder(UPSTREAM));
  const said: unknown[] = [];
  const take = (work: () => LlmPart[]): void => {
    try {
      said.push(...joined(work()));
    } catch (error) {
      said.push(String(error));
    }
  };
  return { reader, said, take };
}

function readAll(reader: ReplyReader, pieces: readonly Buffer[]): LlmPart[] {
  const parts: LlmPart[] = [];
  reader.pushAll(pieces, parts);
  return parts;
}

function joined(parts: readonly LlmPart[]): LlmPart[] {
  const out: LlmPart[] = [];
  for (const part of parts.map(withoutId)) {
    const last = out.at(-1);
    if (last !== undefined && isPlainText(last) && isPlainText(part) && part.type === last.type)
      out[out.length - 1] = { ...last, text: last.text + part.text };
    else out.push(part);
  }
  return out;
}

function isPlainText(part: LlmPart): part is Extract<LlmPart, { readonly text: string }> {
  if (part.type === 'reasoning-delta') return true;
  return part.type === 'text-delta' && part.logprobs === undefined && part.refusal === undefined;
}

/** Few different words, so that other fields often have the text's value. */
const word = fc.constantFrom(
  '',
  'a',
  'b',
  'id',
  'content',
  'probe',
  '안녕',
  '"',
  '\\',
  '\n',
  'a"b',
  '\u2028',
  '{}',
);
const delta = fc.oneof(
  { weight: 6, arbitrary: fc.record({ content: word }) },
  fc.record({ content: word, refusal: fc.constantFrom(null, 'no') }),
  fc.record({ role: word, content: fc.constantFrom(null, 'a') }),
  fc.record({ reasoning_content: word }),
  fc.record({ content: word, annotations: fc.constantFrom([], [{ type: 'a' }]) }),
  fc.record({ content: word, tool_calls: fc.constant([{ index: 0, function: { arguments: '{}' } }]) }),
);
const choice = fc.record(
  {
    index: fc.constant(0),
    delta,
    logprobs: fc.constantFrom(null, { content: [] }),
    finish_reason: fc.constantFrom(null, null, null, 'stop'),
  },
  { requiredKeys: ['delta'] },
);
const chunk = fc.record(
  {
    id: word,
    system_fingerprint: word,
    choices: fc.array(choice, { maxLength: 2 }),
    usage: fc.constantFrom(null, null, { prompt_tokens: 1, completion_tokens: 2 }),
    obfuscation: word,
  },
  { requiredKeys: ['choices'] },
);

/** JSON text as any server may write it: with spaces, or with characters escaped that need not be. */
const written = fc.tuple(chunk, fc.constantFrom('plain', 'spaced', 'escaped')).map(([body, style]) => {
  if (style === 'spaced') return JSON.stringify(body, null, 1);
  const text = JSON.stringify(body);
  return style === 'plain' ? text : text.replaceAll('a', '\\u0061');
});

describe('a stream of chunks', () => {
  it('means the same whether or not its events are alike', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 12 }), (events) => {
        expect(partsInARow(events)).toEqual(partsOneByOne(events));
      }),
      { numRuns: 2_000 },
    );
  });

  it('means the same whether its bytes come event by event or one by one', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 12 }), (events) => {
        const frames = events.map((data) => Buffer.from(`data: ${data.replaceAll('\n', '\ndata: ')}\n\n`));
        const bytes = Array.from(Buffer.concat(frames), (byte) => Buffer.from([byte]));
        expect(read(frames)).toEqual(read(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('means the same whether its bytes come event by event or together, whatever stands between them', () => {
    const between = fc.constantFrom('', '', '', ': ping\n\n', 'data: [DONE]\n\n', '\n', 'data: {"choices":[');
    fc.assert(
      fc.property(fc.array(fc.tuple(written, between), { minLength: 1, maxLength: 12 }), (events) => {
        const frames = events.map(([data, more]) =>
          Buffer.from(`data: ${data.replaceAll('\n', '\ndata: ')}\n\n${more}`),
        );
        const [apart, together, later] = [outcome(), outcome(), outcome()];
        apart.take(() => frames.flatMap((frame) => apart.reader.push(frame)));
        together.take(() => readAll(together.reader, frames));
        later.take(() => [
          ...later.reader.push(frames[0] as Buffer),
          ...readAll(later.reader, [Buffer.concat(frames.slice(1))]),
        ]);
        expect(together.said).toEqual(apart.said);
        expect(later.said).toEqual(apart.said);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read in one go where all of it is alike', () => {
    const event = (text: string): string =>
      `data: ${JSON.stringify({ id: 'c', choices: [{ delta: { content: text } }] })}\n\n`;
    const template = new ContentTemplate();
    template.learn(event('Hi').slice(6, -2), JSON.parse(event('Hi').slice(6)));
    const texts = ['one', '두 번째', ' ', 'four'];
    const bytes = Buffer.from(`${texts.map(event).join('')}data: [DONE]\n\n`);
    expect(template.readBytes(bytes)).toEqual({ text: texts.join(''), end: bytes.length - 14 });
    expect(template.readBytes(Buffer.from(event('a "word"') + event('x')))).toBeUndefined();
  });

  it('is parsed once, then only looked at', () => {
    const event = (text: string): string =>
      JSON.stringify({ id: 'c', choices: [{ delta: { content: text } }] });
    const template = new ContentTemplate();
    expect(template.read(event('Hi'))).toBeUndefined();
    template.learn(event('Hi'), JSON.parse(event('Hi')));
    expect(template.read(event('there'))).toBe('there');
    expect(template.read(event('말씀'))).toBe('말씀');
    expect(template.read(event('a "word"'))).toBeUndefined();
    expect(template.read(`${event('x')} `)).toBeUndefined();
  });

  it('gives up on a server whose events are never alike', () => {
    const event = (id: string): string => JSON.stringify({ id, choices: [{ delta: { content: 'x' } }] });
    const template = new ContentTemplate();
    for (const id of ['1', '2', '3', '4', '5']) template.learn(event(id), JSON.parse(event(id)));
    expect(template.read(event('4'))).toBe('x');
    expect(template.read(event('5'))).toBeUndefined();
  });
});
