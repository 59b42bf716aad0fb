/** Work that was told to stop has so long to do so; then the run ends without it, and its lease refuses it. */
const STOP_GRACE_MS = 5_000;

/** As the work settles; when it is told to stop and does not, rejects after the grace. */
export async function withinGrace(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const grace = new Promise<never>((_, reject) => {
    const start = (): void => {
      const timer = setTimeout(() => reject(signal.reason), STOP_GRACE_MS).unref();
      enough.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
    if (signal.aborted) start();
    else signal.addEventListener('abort', start, { once: true, signal: enough.signal });
  });
  try {
    await Promise.race([work, grace]);
  } finally {
    enough.abort();
    work.catch(() => {});
  }
}
