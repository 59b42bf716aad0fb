import type { CreateThread, ThreadPatch, ThreadSummary } from '../spec.js';

/** What a thread carries beside its turns; kept as one small JSON text. */
export interface ThreadDetails {
  readonly title?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly summary?: ThreadSummary;
}

export function newDetails({ title, metadata }: Pick<CreateThread, 'title' | 'metadata'>): ThreadDetails {
  return { ...(title !== undefined && { title }), metadata: metadata ?? {} };
}

/** Fields that are `null` go; others replace or are added. */
export function patchDetails(details: ThreadDetails, patch: ThreadPatch): ThreadDetails {
  const title = patch.title === undefined ? details.title : (patch.title ?? undefined);
  const summary = patch.summary === undefined ? details.summary : (patch.summary ?? undefined);
  const merged = Object.entries({ ...details.metadata, ...patch.metadata });
  return {
    ...(title !== undefined && { title }),
    metadata: Object.fromEntries(merged.filter(([, value]) => value !== null && value !== undefined)),
    ...(summary !== undefined && { summary }),
  };
}

export function printDetails(details: ThreadDetails): string {
  return JSON.stringify(details);
}

/** A text that is not readable costs the title, never the conversation. */
export function parseDetails(text: string): ThreadDetails {
  try {
    const value: unknown = JSON.parse(text);
    if (isDetails(value)) return value;
  } catch {}
  return { metadata: {} };
}

function isDetails(value: unknown): value is ThreadDetails {
  return typeof value === 'object' && value !== null && typeof (value as ThreadDetails).metadata === 'object';
}
