import { NaraeError } from '../core/index.js';
import type { CommandInput } from './command.js';

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Fractions are allowed. Default: whole numbers only. */
  readonly isFraction?: boolean;
}

/** Reads a command's own options. Throws `usage`, which names the flag. */
export class OwnInput {
  readonly #command: string;
  readonly #input: CommandInput;

  constructor(command: string, input: CommandInput) {
    this.#command = command;
    this.#input = input;
  }

  has(name: string): boolean {
    return this.#input[name] !== undefined;
  }

  isSet(name: string): boolean {
    return this.#input[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#input[name];
    return typeof value === 'string' ? value : undefined;
  }

  number(name: string, { min, max, isFraction }: NumberRange): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = (isFraction ? /^\d+(\.\d+)?$/ : /^\d+$/).test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    const kind = isFraction ? 'a number' : 'a whole number';
    throw this.refused(name, `${flagOf(name)} takes ${kind} from ${min} to ${max}, not "${text}".`);
  }

  /** A `usage` error about one option. */
  refused(name: string, reason: string): NaraeError {
    return new NaraeError('usage', {
      field: name,
      values: { reason, help: `narae ${this.#command} --help` },
    });
  }
}

/** `maxTokens` → `--max-tokens`. */
function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
