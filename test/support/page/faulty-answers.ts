import type { ServerResponse } from 'node:http';
import { STUB_DOCUMENTS, sourceOf } from './stub-documents.js';

/** Takes the parts of an answer one after the other; undefined: it is complete. */
export type PartSink = (part?: object) => void;

/** An answer, and what goes wrong with it. */
export interface FaultyRun {
  readonly play: (sink: PartSink) => void;
  /** The stream's first reading ends so after so many events; the answer goes on. */
  readonly firstReading?: { readonly events: number; readonly end: (response: ServerResponse) => void };
  /** True: the stream cannot be taken up again. */
  readonly isGone?: boolean;
  /** Something else answers in the server's place. */
  readonly instead?: (response: ServerResponse) => void;
}

const text = (piece: string) => ({ type: 'text-delta', text: piece });

function playText(...pieces: readonly string[]): FaultyRun['play'] {
  return (sink) => {
    sink(SOURCES);
    for (const piece of pieces) sink(text(piece));
    sink();
  };
}

const SOURCES = {
  type: 'sources',
  sources: STUB_DOCUMENTS.slice(0, 1).map(sourceOf),
  collection: 'default',
};

const HALVES = playText('The first half ', 'and the second half [1].');

/** After the start, the sources and the first half. */
const HALFWAY_EVENTS = 3;

const FAULTS: Readonly<Record<string, FaultyRun>> = {
  /** Text, then the error that the real server sends when its model server goes away. */
  broken: {
    play: (sink) => {
      const message = 'The model server ended its answer before it was complete (socket closed). Ask again.';
      sink(SOURCES);
      sink(text('The first half '));
      sink({ type: 'error', error: { message, type: 'server_error', code: 'llm_stream_broken' } });
    },
  },
  /** A proxy cuts the connection cleanly. */
  cut: { play: HALVES, firstReading: { events: HALFWAY_EVENTS, end: (response) => response.end() } },
  /** The connection is torn down. */
  torn: {
    play: HALVES,
    firstReading: {
      events: HALFWAY_EVENTS,
      end: (response) => void setTimeout(() => response.destroy(), 50),
    },
  },
  /** Cut, and too late to be taken up again. */
  gone: {
    play: HALVES,
    firstReading: { events: HALFWAY_EVENTS, end: (response) => response.end() },
    isGone: true,
  },
  /** Goes on until it is stopped. */
  endless: {
    play: (sink) => {
      sink(SOURCES);
      setInterval(() => sink(text('on and ')), 20).unref();
    },
  },
  /** Another program answers in the server's place. */
  garbled: {
    play: () => undefined,
    instead: (response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    },
  },
  /** Everything that could run if Markdown were taken for HTML. */
  hostile: {
    play: playText(
      '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script> ',
      '[click](javascript:window.hacked=1) [1] and [7]',
    ),
  },
};

/** What goes wrong, as the question names it; the question `fine` and all others are answered well. */
export function faultOf(question: string): FaultyRun {
  return FAULTS[question] ?? { play: playText('Well answered', ' [1].') };
}
