/** Each stage and the time since the request came, in milliseconds, as `retrieve;dur=1.2, total;dur=3.4`. */
export function formatServerTiming(
  timings: Readonly<Record<string, number | undefined>>,
  receivedAtMs: number,
): string {
  let text = '';
  for (const stage in timings) {
    const ms = timings[stage];
    if (ms !== undefined) text += `${stage};dur=${tenths(ms)}, `;
  }
  return `${text}total;dur=${tenths(performance.now() - receivedAtMs)}`;
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
