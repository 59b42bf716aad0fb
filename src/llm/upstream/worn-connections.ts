import type { buildConnector } from 'undici';

type Connector = ReturnType<typeof buildConnector>;

/** Failures of connections that had brought something before. */
const failuresOfUsed = new WeakSet<object>();

/** What a connection fails with that its server closed while our request was on the way. */
const CLOSED = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** The connector, whose connections remember when they fail whether they had been of use. */
export function rememberingUse(connect: Connector): Connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error === null) {
        const unusedBytes = socket.bytesRead;
        socket.on('error', (failure: Error) => {
          if (socket.bytesRead > unusedBytes) failuresOfUsed.add(failure);
        });
      }
      callback(...result);
    });
}

/**
 * Whether a request met a connection that its server had kept from an earlier one and was just closing. Nothing was
 * heard of the request, so that it may be sent again on another connection; the server is not at fault.
 */
export function isWornOut(error: unknown): boolean {
  if (!(error instanceof Error) || !failuresOfUsed.has(error)) return false;
  return CLOSED.has((error as NodeJS.ErrnoException).code ?? '');
}
