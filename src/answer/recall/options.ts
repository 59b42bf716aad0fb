export interface RecallOptions {
  /** True: what one user was answered is kept for that user alone, by the request's `user`. */
  readonly perUser: boolean;
  /** Pace at which a kept answer is streamed; 0: all at once. */
  readonly replayTokensPerSecond: number;
  /** A larger answer is not kept. */
  readonly entryLimitBytes: number;
  /** Of an answer that is being written, for those who join it late or read it slowly. */
  readonly flightLimitBytes: number;
  readonly flightLimitItems: number;
  /** How long an answer is kept. */
  readonly keepMs: number;
  /** How long another node that is writing the answer is waited for. */
  readonly otherNodeWaitMs: number;
}

export const defaultRecallOptions: RecallOptions = Object.freeze({
  perUser: false,
  replayTokensPerSecond: 0,
  entryLimitBytes: 1_000_000,
  flightLimitBytes: 8_000_000,
  flightLimitItems: 200_000,
  keepMs: 24 * 3_600_000,
  otherNodeWaitMs: 60_000,
});
