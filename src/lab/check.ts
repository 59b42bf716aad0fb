import { NaraeError } from '../core/index.js';

/** A whole number within bounds. Throws `config_invalid`, which names the option. */
export function checkInteger(key: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalid(key, `must be a whole number from ${min} to ${max}, not ${value}`);
}

/** A number within bounds. Throws `config_invalid`, which names the option. */
export function checkNumber(key: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  throw invalid(key, `must be a number from ${min} to ${max}, not ${value}`);
}

export function invalid(key: string, reason: string): NaraeError {
  return new NaraeError('config_invalid', { field: key, values: { key, reason, origin: 'the options' } });
}
