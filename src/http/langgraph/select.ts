/** The fields of a body that a client asked for; `values.<key>` picks one value of a state. */
export function selectFields(
  body: Readonly<Record<string, unknown>>,
  fields: readonly string[] | undefined,
): Readonly<Record<string, unknown>> {
  if (fields === undefined || fields.length === 0) return body;
  const selected: Record<string, unknown> = {};
  for (const field of fields) {
    const [name = '', key] = field.split('.', 2);
    if (!Object.hasOwn(body, name)) continue;
    if (key === undefined) selected[name] = body[name];
    else selected[name] = { ...(selected[name] as object), ...pick(body[name], key) };
  }
  return selected;
}

function pick(value: unknown, key: string): object {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return isThere ? { [key]: (value as Record<string, unknown>)[key] } : {};
}
