/** The largest resident set of this process, worker threads included, seen while `run` runs. */
export async function withPeakMemory<Result>(
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly peakBytes: number }> {
  let peakBytes = 0;
  const sample = (): void => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, 25);
  try {
    sample();
    const result = await run();
    sample();
    return { result, peakBytes };
  } finally {
    clearInterval(timer);
  }
}
