import { NaraeError } from '../../core/index.js';
import { type MockSettings, SETTING_LIMITS } from './options.js';

/** A model's name, read: which fault, and the settings that it overrides. */
export interface ModelName {
  /** The name without settings. */
  readonly base: string;
  readonly settings: Partial<MockSettings>;
}

/**
 * Reads `mock-stall:first_token_ms=200,tokens=12`. Only a list of settings counts as one, so that names such as
 * `llama3:8b` stay whole. Throws `invalid_request` for a setting that is unknown or out of its range.
 */
export function readModelName(name: string): ModelName {
  const match = /^([^:]+):(\w+=[^,]*(?:,\w+=[^,]*)*)$/.exec(name);
  if (!match) return { base: name, settings: {} };
  const [, base = '', list = ''] = match;
  return { base, settings: Object.fromEntries(list.split(',').map(readSetting)) };
}

function readSetting(text: string): [keyof MockSettings, number] {
  const [key = '', value = ''] = text.split('=');
  const known = (SETTING_LIMITS as Record<string, { setting: keyof MockSettings; max: number }>)[key];
  if (!known) throw refused(`The setting "${key}" in the model's name is not known; there are: ${names()}.`);
  if (!/^\d{1,9}$/.test(value) || Number(value) > known.max)
    throw refused(`The setting ${key} in the model's name takes a whole number from 0 to ${known.max}.`);
  return [known.setting, Number(value)];
}

function names(): string {
  return Object.keys(SETTING_LIMITS).join(', ');
}

function refused(reason: string): NaraeError {
  return new NaraeError('invalid_request', { field: 'model', values: { reason } });
}
