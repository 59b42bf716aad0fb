import { newId } from '../../../core/index.js';
import type { LlmPart } from '../../spec.js';
import { asRecord, asText, otherFields } from '../../upstream/decoder.js';

type Fields = Readonly<Record<string, unknown>>;

interface OpenCall {
  /** The server's number for it, which may be any, missing, or the same for all. */
  readonly number: number | undefined;
  readonly id: string;
  name: string;
  argumentsText: string;
}

/** One call as a delta brings it. */
interface Piece {
  readonly number: number | undefined;
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
  /** Its place in the delta's list. */
  readonly position: number;
}

/** Fields of a call, and of its function, that have a place of their own in a part. */
const KNOWN = new Set(['index', 'id', 'function']);
const KNOWN_OF_FUNCTION_CALL = new Set([...KNOWN, 'type']);
const KNOWN_OF_FUNCTION = new Set(['name', 'arguments']);

/**
 * Tells the tool calls of one answer apart. Servers that copy OpenAI's chunks leave out the numbers, give all calls
 * the number 0, repeat id and name with every piece, or give no id at all; what leaves here is as OpenAI has it:
 * numbers from 0 in the order in which calls began, id and name once, and always an id.
 */
export class ToolCalls {
  readonly #choice: number;
  readonly #calls: OpenCall[] = [];

  constructor(choice: number) {
    this.#choice = choice;
  }

  read(list: readonly unknown[], parts: LlmPart[]): void {
    list.forEach((entry, position) => {
      const call = asRecord(entry);
      if (call !== undefined) this.#readOne(call, position, list.length === 1, parts);
    });
  }

  #readOne(call: Fields, position: number, isAlone: boolean, parts: LlmPart[]): void {
    const definition = asRecord(call.function);
    const piece: Piece = {
      number: isNumber(call.index) ? call.index : undefined,
      id: asText(call.id),
      name: asText(definition?.name),
      argumentsText: argumentsText(definition?.arguments),
      position: isAlone ? this.#calls.length - 1 : position,
    };
    const known = this.#find(piece);
    const open = known ?? this.#begin(piece);
    const name = open.name === '' || known === undefined || piece.name !== open.name ? piece.name : '';
    if (known !== undefined) open.name += name;
    open.argumentsText += piece.argumentsText;
    const extra = extraOf(call, definition);
    parts.push({
      type: 'tool-call-delta',
      ...(this.#choice > 0 && { choice: this.#choice }),
      index: this.#calls.indexOf(open),
      ...(known === undefined && { id: open.id }),
      ...(name !== '' && { name }),
      argumentsDelta: piece.argumentsText,
      ...(extra && { extra }),
    });
  }

  /** The call that the piece goes on with; undefined when it begins one. */
  #find(piece: Piece): OpenCall | undefined {
    const { number, id, position } = piece;
    if (id !== '') return this.#calls.findLast((call) => call.id === id);
    const call =
      number === undefined ? this.#calls[position] : this.#calls.findLast((open) => open.number === number);
    return call !== undefined && beginsAnew(call, piece) ? undefined : call;
  }

  #begin({ number, id, name }: Piece): OpenCall {
    const call = { number, id: id || newId('call'), name, argumentsText: '' };
    this.#calls.push(call);
    return call;
  }
}

/** Without an id to go by: a name where arguments already came begins the next call, unless it only comes again. */
function beginsAnew(call: OpenCall, { name }: Piece): boolean {
  if (name === '' || call.argumentsText === '') return false;
  return name !== call.name || isComplete(call.argumentsText);
}

function isComplete(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What else a call says, which whoever sends it back must not lose: signatures of thoughts, other kinds of calls. */
function extraOf(call: Fields, definition: Fields | undefined): Fields | undefined {
  const others = otherFields(call, call.type === 'function' ? KNOWN_OF_FUNCTION_CALL : KNOWN, isNull);
  const ofFunction = otherFields(definition, KNOWN_OF_FUNCTION, isNull);
  return ofFunction === undefined ? others : { ...others, function: ofFunction };
}

function isNull(value: unknown): boolean {
  return value === null;
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Arguments are JSON text; some servers send the object itself. */
function argumentsText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : asText(value);
}
