export interface BackoffSettings {
  /** First delay, before jitter. */
  readonly firstMs: number;
  /** No delay grows beyond it, but for what the platform asks. */
  readonly mostMs: number;
  /** A platform that asks for longer is asked again after this long all the same. */
  readonly mostAskedMs: number;
}

export const BACKOFF_DEFAULTS: BackoffSettings = {
  firstMs: 5_000,
  mostMs: 30 * 60_000,
  mostAskedMs: 24 * 3_600_000,
};

/**
 * How long to wait before the next attempt: doubling with each failure, spread over its upper half so
 * that a whole class does not come back in the same second, and never sooner than the platform asks.
 *
 * @param failures - Attempts that have failed so far, from 1.
 * @param dice - A number in [0, 1).
 * @param retryAfterMs - What the platform asked for, or null.
 * @param settings - Limits.
 * @returns Whole milliseconds.
 */
export function backoffMs(
  failures: number,
  dice: () => number,
  retryAfterMs: number | null = null,
  settings: BackoffSettings = BACKOFF_DEFAULTS,
): number {
  const doublings = Math.min(30, Math.max(0, failures - 1));
  const whole = Math.min(settings.mostMs, settings.firstMs * 2 ** doublings);
  const spread = whole * (0.5 + dice() / 2);
  if (retryAfterMs === null || !(retryAfterMs > 0)) return Math.round(spread);
  const asked = Math.min(retryAfterMs, settings.mostAskedMs);
  // Asked for 60 s, everybody would return at 60 s sharp: a little later each.
  return Math.ceil(Math.max(spread, asked + dice() * Math.min(asked / 10, settings.firstMs)));
}
