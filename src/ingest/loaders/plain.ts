import { decodeText } from './decode.js';
import { codeKind } from './kinds.js';
import type { LoadedText, SourceFile } from './loader.js';

export function loadPlain({ bytes }: SourceFile): LoadedText {
  return { text: decodeText(bytes).text, structure: 'plain', mediaType: 'text/plain', metadata: {} };
}

/** Source code, verbatim; its language becomes the metadata key `code_language`. */
export function loadCode({ source, bytes }: SourceFile): LoadedText {
  const { language = 'text', mediaType = 'text/plain' } = codeKind(source) ?? {};
  return {
    text: decodeText(bytes).text,
    structure: 'code',
    mediaType,
    metadata: { code_language: language },
  };
}
