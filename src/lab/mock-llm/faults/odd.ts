import { answerTokens } from '../words.js';
import { type Fault, framesOf } from './fault.js';

const BIG_EVENT_CHARACTERS = 10 * 1024 * 1024;
const REASONING_TOKENS = 16;

/** Answers that are whole, in ways that careless readers trip over. A relay must pass every token on. */
export const ODD_FAULTS: Readonly<Record<string, Fault>> = {
  'mock-length': {
    description: 'ends with finish reason "length"',
    answer: (answer) => ({ ...answer, finish: 'length' }),
  },
  'mock-filter': {
    description: 'ends with finish reason "content_filter" ("refusal")',
    answer: (answer) => ({ ...answer, finish: 'content-filter' }),
  },
  'mock-tools': {
    description: 'calls the first tool of the request',
    answer: (answer) => ({
      ...answer,
      finish: 'tool-calls',
      toolCall: {
        name: answer.offeredTool ?? 'lookup',
        argumentPieces: ['{"que', 'ry":"', '나래 ', 'answers', '"}'],
      },
    }),
  },
  'mock-reasoning': {
    description: 'thinks for 16 tokens before the answer',
    answer: (answer) => ({ ...answer, reasoning: answerTokens(REASONING_TOKENS, 'en', 0) }),
  },
  'mock-pings': {
    description: 'comments and ping events between all tokens',
    frames: (events, dialect) => {
      const pings = dialect.pings.join('');
      const content = events.content.map((event) => pings + event);
      return framesOf({ ...events, opening: [...dialect.pings, ...events.opening], content });
    },
  },
  'mock-empty-choices': {
    description: 'events without content ("choices": []) between all tokens',
    frames: (events, dialect) => {
      const content = events.content.map((event) => event + dialect.emptyEvent);
      const opening =
        dialect.name === 'openai' ? [dialect.emptyEvent, ...events.opening] : [...events.opening];
      return framesOf({ ...events, opening, content });
    },
  },
  'mock-no-done': {
    description: 'says why it finished, but not that no more follows ([DONE], message_stop)',
    frames: (events, dialect) =>
      framesOf({ ...events, closing: events.closing.filter((event) => event !== dialect.lastEvent) }),
  },
  'mock-crlf': {
    description: 'lines that end in CRLF',
    frames: (events) => framesOf(events).map((frame) => frame.replaceAll('\n', '\r\n')),
  },
  'mock-split-utf8': {
    description: 'Korean text, with every character cut in two',
    answer: (answer) => ({ ...answer, tokens: answerTokens(answer.tokens.length, 'ko', 0) }),
    cut: cutInCharacters,
  },
  'mock-byte-by-byte': {
    description: 'an HTTP chunk for every byte',
    cut: (frame) => Array.from(frame, (_, at) => frame.subarray(at, at + 1)),
  },
  'mock-10mb-event': {
    description: 'one event of 10 MB in the middle of the answer',
    answer: (answer) => ({ ...answer, tokens: withBigToken(answer.tokens) }),
  },
  'mock-whole': { description: 'one JSON body though a stream was asked for', ignoresStream: true },
};

/** Pieces that begin inside each character of more than one byte. */
function cutInCharacters(frame: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  frame.forEach((byte, at) => {
    if (byte < 0xc0) return;
    pieces.push(frame.subarray(from, at + 1));
    from = at + 1;
  });
  return [...pieces, frame.subarray(from)];
}

function withBigToken(tokens: readonly string[]): string[] {
  const middle = Math.floor(tokens.length / 2);
  const big = 'narae '.repeat(Math.ceil(BIG_EVENT_CHARACTERS / 6));
  return [...tokens.slice(0, middle), big, ...tokens.slice(middle + 1)];
}
