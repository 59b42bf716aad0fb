/**
 * What OpenAI's parameters say an answer may take, in tokens; the newer of the two names wins. It belongs into
 * `AnswerRequest.maxOutputTokens` too, or the model's own limit would be taken in its place.
 */
export function outputLimitOf(parameters: Readonly<Record<string, unknown>>): number | undefined {
  const limit = parameters.max_completion_tokens ?? parameters.max_tokens;
  return typeof limit === 'number' ? limit : undefined;
}
