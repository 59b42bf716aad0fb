/** The last attempt's time: enough for any machine that runs tests at all. */
const MOST_MS = 5_000;

/**
 * For what only real time can show. `attempt` is given milliseconds to plan with; where it fails it is made again, with
 * four times as many. What failed because the machine was busy holds with more time; what is wrong fails each time.
 */
export async function withMoreTime(
  firstMs: number,
  attempt: (planMs: number) => Promise<void>,
): Promise<void> {
  for (let planMs = firstMs; ; planMs *= 4) {
    try {
      return await attempt(planMs);
    } catch (failure) {
      if (planMs >= MOST_MS) throw failure;
    }
  }
}
