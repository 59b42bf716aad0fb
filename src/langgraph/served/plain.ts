/** What LangChain's messages can do. */
interface Dictable {
  toDict(): { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
}

/** JSON as LangGraph's clients expect it: messages as dicts with their `type`, errors by name and message. */
export function toJson(value: unknown): string {
  // A message has a `toJSON` of its own, which has run on `value`: the holder still has the message itself.
  return (
    JSON.stringify(value, function replace(this: Readonly<Record<string, unknown>>, key, value: unknown) {
      const held = this[key];
      if (isDictable(held)) return dictOf(held);
      if (held instanceof Error) return { error: held.name, message: held.message };
      return typeof value === 'bigint' ? String(value) : value;
    }) ?? 'null'
  );
}

/** The same, as plain data. */
export function toPlain(value: unknown): unknown {
  return JSON.parse(toJson(value));
}

function isDictable(value: unknown): value is Dictable {
  return typeof value === 'object' && value !== null && typeof (value as Dictable).toDict === 'function';
}

function dictOf(message: Dictable) {
  const { type, data } = message.toDict();
  return { ...data, type };
}
