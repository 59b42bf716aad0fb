import type { UpstreamFields } from '../../llm/spec.js';

/** OpenAI's object for a tool call, or for a piece of one, which need not have an id or a name. */
export function toolCallFields(call: {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly argumentsText: string;
  readonly extra: UpstreamFields | undefined;
}) {
  const { id, name, argumentsText, extra } = call;
  const { function: ofFunction, ...others } = extra ?? {};
  // A call of another kind has its content among the other fields.
  const isFunction = extra === undefined || ofFunction !== undefined || Boolean(name) || argumentsText !== '';
  return {
    ...(id !== undefined && { id, type: 'function' }),
    ...(isFunction && {
      function: {
        ...(name !== undefined && { name }),
        arguments: argumentsText,
        ...(ofFunction as UpstreamFields | undefined),
      },
    }),
    ...others,
  };
}
