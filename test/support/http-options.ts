import type { HttpOptions } from '../../src/http/options.js';

/** A server of a test: on a free port of this machine, with limits that are quickly reached. */
export const TEST_HTTP_OPTIONS: HttpOptions = {
  host: '127.0.0.1',
  port: 0,
  bodyLimitBytes: 1024,
  uploadLimitBytes: 1024,
  compressionMinBytes: 1024,
  corsOrigins: [],
  shutdownTimeoutMs: 10_000,
};
