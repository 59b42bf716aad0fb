/** A name that no other tab takes. Not `randomUUID`, which plain HTTP does not have. */
export function newId(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return [...numbers].map((number) => number.toString(16).padStart(8, '0')).join('');
}
