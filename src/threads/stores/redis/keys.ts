/** All of a thread hangs on one hash tag, so that one script reaches it on a cluster; nothing of it can be mistaken for another's. */
function tag(tenant: string, thread: string): string {
  return `{${encodeURIComponent(tenant)}:${thread}}`;
}

/** A hash: the thread's facts, and each turn under its sequence. One key, so it goes as a whole. */
export function threadKey(tenant: string, thread: string): string {
  return `narae:thread:${tag(tenant, thread)}`;
}

/** A hash of the thread's runs. */
export function runsKey(tenant: string, thread: string): string {
  return `narae:runs:${tag(tenant, thread)}`;
}

/** A list of the thread's live runs, the oldest first. */
export function queueKey(tenant: string, thread: string): string {
  return `narae:queue:${tag(tenant, thread)}`;
}

/** A sorted set of a tenant's threads by last save: for lists only, and mended while it is read. */
export function indexKey(tenant: string): string {
  return `narae:threads:{${encodeURIComponent(tenant)}}`;
}

/** Names the thread of a run. */
export function runPointerKey(tenant: string, run: string): string {
  return `narae:run:{${encodeURIComponent(tenant)}:${run}}`;
}

/** A stream of the run's parts. */
export function logKey(tenant: string, run: string): string {
  return `narae:log:{${encodeURIComponent(tenant)}:${run}}`;
}
