import type { MockFailure } from '../dialects/index.js';
import { type Fault, firstHalf, framesOf, halfBody } from './fault.js';

const FAILURE: MockFailure = {
  status: 500,
  type: 'api_error',
  message: "The mock fails in mid-stream, as its model's name asks.",
};

const GARBAGE = '{"choices": [{]}';

/** Answers that begin well and are never whole. A relay must not make them look complete. */
export const BROKEN_FAULTS: Readonly<Record<string, Fault>> = {
  'mock-head-only': {
    description: 'sends status and headers, then nothing',
    frames: () => [],
    body: () => '',
    ending: 'stall',
  },
  'mock-stall': {
    description: 'stops in mid-answer and keeps the connection open',
    frames: firstHalf,
    body: halfBody,
    ending: 'stall',
  },
  'mock-cut': {
    description: 'destroys the socket in mid-answer',
    frames: firstHalf,
    body: halfBody,
    ending: 'cut',
  },
  'mock-cut-event': {
    description: 'destroys the socket in the middle of an event',
    frames: (events) => withLastFrameHalved(firstHalf(events)),
    body: halfBody,
    ending: 'cut',
  },
  'mock-eof': {
    description: 'ends cleanly in mid-answer, without a finish reason',
    frames: firstHalf,
    body: halfBody,
  },
  'mock-garbage': {
    description: 'sends an event in mid-answer that is not JSON',
    frames: (events) => [
      ...firstHalf(events),
      `data: ${GARBAGE}\n\n`,
      ...framesOf({ ...events, opening: [] }),
    ],
    body: () => GARBAGE,
  },
  'mock-error-event': {
    description: 'sends an error event in mid-answer, status 200',
    frames: (events, dialect) => [...firstHalf(events), dialect.errorEvent(FAILURE)],
    body: (_, dialect) => dialect.errorBody(FAILURE),
  },
  'mock-error-first': {
    description: 'sends an error event first, status 200',
    frames: (_, dialect) => [dialect.errorEvent(FAILURE)],
    body: (_, dialect) => dialect.errorBody(FAILURE),
  },
};

function withLastFrameHalved(frames: string[]): string[] {
  const last = frames.pop() ?? '';
  return [...frames, last.slice(0, Math.ceil(last.length / 2))];
}
