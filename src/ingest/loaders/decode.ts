import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'cp949' | 'windows-1252';

const SAMPLE_BYTES = 8192;

/** Decodes text of unknown encoding, without its byte order mark. Never throws. */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } {
  const utf16 = utf16Order(bytes);
  if (utf16) return { text: decodeAs(bytes, utf16), encoding: utf16 };
  if (isUtf8(bytes)) return { text: decodeAs(bytes, 'utf-8'), encoding: 'utf-8' };
  const korean = iconv.decode(bytes, 'cp949');
  if (readsAsKorean(korean)) return { text: korean, encoding: 'cp949' };
  const damaged = decodeAs(bytes, 'utf-8');
  if (isMostlyUtf8(damaged)) return { text: damaged, encoding: 'utf-8' };
  return { text: decodeAs(bytes, 'windows-1252'), encoding: 'windows-1252' };
}

/** True for bytes that are no text in any encoding that `decodeText` knows. Looks at the first 8 KB. */
export function isBinary(bytes: Uint8Array): boolean {
  if (utf16Order(bytes)) return false;
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return true;
    if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) controls++;
  }
  return controls > sample.length / 20;
}

/** Backspace, tab, newline, vertical tab, form feed, carriage return, escape. */
const TEXT_CONTROLS = new Set([0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);

function decodeAs(bytes: Uint8Array, encoding: Encoding): string {
  return iconv.decode(bytes, encoding);
}

/** By byte order mark; without one by the zero bytes of ASCII characters, when the text then reads cleanly. */
function utf16Order(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = countZeros(sample);
  const enough = sample.length / 40;
  if (zeros.odd > enough && zeros.even === 0) return readsCleanly(sample, 'utf-16le');
  if (zeros.even > enough && zeros.odd === 0) return readsCleanly(sample, 'utf-16be');
  return undefined;
}

function countZeros(sample: Uint8Array): { even: number; odd: number } {
  const zeros = { even: 0, odd: 0 };
  for (let index = 0; index < sample.length; index++)
    if (sample[index] === 0) zeros[index % 2 === 0 ? 'even' : 'odd']++;
  return zeros;
}

function readsCleanly<Order extends Encoding>(sample: Uint8Array, encoding: Order): Order | undefined {
  const text = decodeAs(sample, encoding);
  const odd = text.match(/[^\P{C}\t\n\r\f]/gu)?.length ?? 0;
  return odd * 100 <= text.length ? encoding : undefined;
}

/** Every byte fits CP949 and at least half of what is not ASCII is Hangul: Latin-1 prose never passes both. */
function readsAsKorean(text: string): boolean {
  if (text.includes('\ufffd')) return false;
  let hangul = 0;
  let wide = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) wide++;
    if ((code >= 0xac00 && code <= 0xd7a3) || (code >= 0x3131 && code <= 0x318e)) hangul++;
  }
  return hangul > 0 && hangul * 2 >= wide;
}

/** UTF-8 with a few broken bytes, such as a file that was cut off: under 1 % of what is not ASCII is damaged. */
function isMostlyUtf8(text: string): boolean {
  let damaged = 0;
  let wide = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) wide++;
    if (code === 0xfffd) damaged++;
  }
  return damaged * 100 <= wide;
}
