const WORDS_CHARACTERS = 300;

/** A server's words as one short line without control characters, which would reach the reader's terminal. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, WORDS_CHARACTERS);
}

/** What a refusal says: the message of its error object, else its body. */
export function refusalWords(body: string): string {
  if (body.trim() === '') return 'without a word';
  try {
    const { error, message } = Object(JSON.parse(body)) as { error?: unknown; message?: unknown };
    const words = [(Object(error) as { message?: unknown }).message, error, message];
    return words.find((word) => typeof word === 'string') ?? body;
  } catch {
    return body;
  }
}

export function headerText(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' ? header : (header?.[0] ?? '');
}
