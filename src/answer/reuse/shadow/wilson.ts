export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The two-sided 95 % quantile of the normal distribution. */
const Z = 1.959964;

/**
 * The 95 % confidence interval of a share of which `count` in `trials` were seen (Wilson 1927): unlike count ± error
 * it stays within 0 to 1 and is honest when nothing was seen. Without trials: 0 to 1.
 */
export function wilsonInterval(count: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = count / trials;
  const spread = (Z * Z) / trials;
  const centre = (share + spread / 2) / (1 + spread);
  const reach = (Z * Math.sqrt((share * (1 - share) + spread / 4) / trials)) / (1 + spread);
  return {
    low: count === 0 ? 0 : Math.max(0, centre - reach),
    high: count === trials ? 1 : Math.min(1, centre + reach),
  };
}
