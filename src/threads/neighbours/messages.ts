import { Packr } from 'msgpackr';
import type { ErrorData } from '../../core/index.js';
import type { CancelAction, RunPlace } from '../runs/run-store.js';

/** The first message of a connection. */
export type Question =
  /** Answered with `changed` at once, and again whenever runs of the thread change. */
  | ({ readonly ask: 'watch' } & RunPlace)
  /** Answered with `done`. */
  | { readonly ask: 'cancel'; readonly run: string; readonly action: CancelAction }
  /** Answered with `events` and one `done` or `failed`. */
  | ({
      readonly ask: 'read';
      readonly run: string;
      readonly after: number;
      readonly onDisconnect: 'continue' | 'cancel';
    } & RunPlace);

export type Reply =
  | { readonly say: 'changed' }
  | { readonly say: 'done' }
  /** Parts as the codec encodes them, the first with the id `first`. */
  | { readonly say: 'events'; readonly first: number; readonly parts: readonly unknown[] }
  | { readonly say: 'failed'; readonly error: ErrorData };

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true });
const LENGTH_BYTES = 4;
/** More than the log of a run may hold by default. */
const MAX_MESSAGE_BYTES = 64 * 1_024 * 1_024;

/** A message with its length before it. */
export function packMessage(message: Question | Reply): Buffer {
  const body = packr.pack(message);
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** Puts messages together again from whatever pieces arrive. */
export class MessageReader<Message extends Question | Reply> {
  #rest: Buffer = Buffer.alloc(0);

  /** Those that are whole now. Throws a RangeError for a message that cannot be one. */
  read(chunk: Buffer): Message[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    for (let body = this.#take(); body !== undefined; body = this.#take())
      messages.push(packr.unpack(body) as Message);
    return messages;
  }

  #take(): Buffer | undefined {
    if (this.#rest.length < LENGTH_BYTES) return undefined;
    const end = LENGTH_BYTES + this.#rest.readUInt32BE(0);
    if (end > MAX_MESSAGE_BYTES) throw new RangeError('a message that is too long');
    if (this.#rest.length < end) return undefined;
    const body = this.#rest.subarray(LENGTH_BYTES, end);
    this.#rest = this.#rest.subarray(end);
    return body;
  }
}
