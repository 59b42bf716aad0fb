import { type KeptAnswer, keptParts, replayedAnswer } from '../../answer/index.js';
import { newId } from '../../core/index.js';
import { ChatEncoder } from './chat-encoder.js';
import { completionJson } from './chat-json.js';

/** Which body of an answer: all that it depends on beside the answer and the two ids. */
export interface BodyForm {
  readonly kind: 'json' | 'events' | 'events-with-usage';
  /** Of this server, as the client reached it. */
  readonly address: string;
}

/** Forms of one answer that are kept; clients that reach the server by more addresses are encoded for anew. */
const MAX_FORMS = 6;

/** Stand where a request's own ids go; no document can know them. */
const ANSWER_ID = newId('chatcmpl');
const REQUEST_ID = newId('req');

type Slot = 'answer' | 'request';

interface Template {
  readonly pieces: readonly Uint8Array[];
  /** What stands between a piece and the next. */
  readonly slots: readonly Slot[];
  /** Of the pieces. */
  readonly bytes: number;
}

/** Bodies of kept answers, encoded once while the answer is in memory: a repeated question costs two ids. */
export class KeptBodies {
  readonly #templates = new WeakMap<KeptAnswer, Map<string, Template>>();

  bodyOf(kept: KeptAnswer, form: BodyForm, requestId: string): Buffer {
    const template = this.#templateOf(kept, form);
    return filled(template, { answer: newId('chatcmpl'), request: requestId });
  }

  #templateOf(kept: KeptAnswer, form: BodyForm): Template {
    const templates = this.#templates.get(kept) ?? new Map<string, Template>();
    this.#templates.set(kept, templates);
    const name = `${form.kind} ${form.address}`;
    const known = templates.get(name);
    if (known !== undefined) return known;
    const template = toTemplate(encoded(kept, form));
    if (templates.size < MAX_FORMS) templates.set(name, template);
    return template;
  }
}

function encoded(kept: KeptAnswer, { kind, address }: BodyForm): string {
  if (kind === 'json')
    return JSON.stringify(completionJson(replayedAnswer(kept, ANSWER_ID), REQUEST_ID, address));
  const includeUsage = kind === 'events-with-usage';
  const encoder = new ChatEncoder({ requestId: REQUEST_ID, includeUsage, address });
  return encoder.encode(keptParts(kept, ANSWER_ID));
}

function toTemplate(text: string): Template {
  const parts = text.split(new RegExp(`(${ANSWER_ID}|${REQUEST_ID})`));
  const pieces = parts.filter((_, at) => at % 2 === 0).map((piece) => Buffer.from(piece));
  const slots = parts.filter((_, at) => at % 2 === 1);
  return {
    pieces,
    slots: slots.map((id) => (id === ANSWER_ID ? 'answer' : 'request')),
    bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
  };
}

/** Ids are ASCII. */
function filled({ pieces, slots, bytes }: Template, ids: Readonly<Record<Slot, string>>): Buffer {
  const body = Buffer.allocUnsafe(slots.reduce((sum, slot) => sum + ids[slot].length, bytes));
  let at = 0;
  for (let n = 0; n < pieces.length; n++) {
    const piece = pieces[n] as Uint8Array;
    body.set(piece, at);
    at += piece.length;
    const slot = slots[n];
    if (slot !== undefined) at += body.write(ids[slot], at, 'latin1');
  }
  return body;
}
