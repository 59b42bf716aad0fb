export interface SseOptions {
  /** Silence after which a comment is sent, so that proxies keep the connection. */
  readonly heartbeatMs: number;
  /** How long a reader may leave what it was sent lying before it is cut off. */
  readonly slowReaderTimeoutMs: number;
}

export const defaultSseOptions: SseOptions = Object.freeze({
  heartbeatMs: 15_000,
  slowReaderTimeoutMs: 30_000,
});
