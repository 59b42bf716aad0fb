/** Whether a field of a model may hold a key: it is neither shown nor repeated in an error. */
export function isSecret(field: string): boolean {
  return field === 'apiKey' || field === 'headers';
}
