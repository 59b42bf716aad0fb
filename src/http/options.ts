import type { TrafficLimits } from './traffic.js';

/** How the server listens and what it accepts. */
export interface HttpOptions extends Partial<TrafficLimits> {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Largest JSON body. */
  readonly bodyLimitBytes: number;
  /** Largest uploaded file. */
  readonly uploadLimitBytes: number;
  /** Responses of at least this size are compressed; event streams never are. */
  readonly compressionMinBytes: number;
  /** Origins of pages that may call the API from a browser; `*` for any. The server's own page always may. */
  readonly corsOrigins: readonly string[];
  /** How long `close` waits for requests under way before it cuts them off. */
  readonly shutdownTimeoutMs: number;
}
