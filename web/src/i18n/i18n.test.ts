import { describe, expect, it } from 'vitest';
import { ERROR_TABLE } from '../../../src/core/errors/index.js';
import { koreanErrors } from './errors.ko.js';
import { failureText } from './failure-text.js';
import { pickLanguage } from './language.js';
import { en, type Messages } from './messages.en.js';
import { ko } from './messages.ko.js';

/** Codes that a page can meet: all but those of the command line, the configuration and its own wire format. */
const NOT_FOR_THE_PAGE =
  /^(invalid_|unknown_field|unsupported_media|unauthorized|route_|method_|file_not_found|folder_|not_a_folder|storage_(damaged|newer)|embedder_|aborted|client_|config_|open_bind|port_|host_|nothing_indexed|server_|usage|cache_|assistant_|checkpoint_|redis_refused|state_invalid|thread_exists|graph_|unsupported_option|admin_)/;

/** Every text of a language by its path, functions called with the same arguments; server errors are tested below. */
function textsOf({ serverErrors: _, ...messages }: Partial<Messages>): [string, string][] {
  return collectTexts(messages, '');
}

function collectTexts(messages: object, path: string): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'function') return [[path + key, String(value(7, 'Σ'))]];
    return typeof value === 'string'
      ? [[path + key, value]]
      : collectTexts(value as object, `${path}${key}.`);
  });
}

describe('texts', () => {
  it('say everything in both languages', () => {
    expect(textsOf(ko).map(([key]) => key)).toEqual(textsOf(en).map(([key]) => key));
    for (const [key, text] of [...textsOf(ko), ...textsOf(en)]) expect(text.trim(), key).not.toBe('');
  });

  it('are Korean in Korean and English in English, save what names the other language', () => {
    const isHangul = (text: string) => /\p{Script=Hangul}/u.test(text);
    const wrongInKorean = textsOf(ko).filter(([, text]) => !isHangul(text));
    const wrongInEnglish = textsOf(en).filter(([, text]) => isHangul(text));
    expect(wrongInKorean.map(([key]) => key)).toEqual(['switchLanguage']);
    expect(wrongInEnglish.map(([key]) => key)).toEqual(['switchLanguage']);
  });

  it('carry the same values in both languages', () => {
    const english = new Map(textsOf(en));
    for (const [key, text] of textsOf(ko)) {
      if (english.get(key)?.includes('7')) expect(text, key).toContain('7');
      if (english.get(key)?.includes('Σ')) expect(text, key).toContain('Σ');
    }
  });
});

describe('errors', () => {
  it('have a Korean sentence for every code that a page can meet, and for no other', () => {
    const wanted = Object.keys(ERROR_TABLE).filter((code) => !NOT_FOR_THE_PAGE.test(code));
    expect(Object.keys(koreanErrors).sort()).toEqual([...wanted, 'invalid_name'].sort());
  });

  it('show the server’s sentence in English, and below the Korean one', () => {
    const failure = {
      kind: 'refused',
      status: 502,
      code: 'llm_unreachable',
      message: 'Cannot reach host:1.',
      requestId: 'req_1',
    } as const;
    expect(failureText(failure, en)).toEqual({
      message: 'Cannot reach host:1.',
      detail: 'Request req_1',
    });
    expect(failureText(failure, ko)).toEqual({
      message: koreanErrors.llm_unreachable,
      detail: 'Cannot reach host:1. · 요청 req_1',
    });
    const unknown = { ...failure, code: 'from_tomorrow' };
    expect(failureText(unknown, ko).message).toBe('Cannot reach host:1.');
  });
});

describe('pickLanguage', () => {
  it('takes the first language that the page speaks', () => {
    expect(pickLanguage(['fr-FR', 'ko-KR', 'en'])).toBe('ko');
    expect(pickLanguage(['en-GB', 'ko'])).toBe('en');
    expect(pickLanguage(['de'])).toBe('en');
  });
});
