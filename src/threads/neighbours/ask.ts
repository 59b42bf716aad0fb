import { once } from 'node:events';
import { connect } from 'node:net';
import { fateOf } from './address.js';
import { MessageReader, packMessage, type Question, type Reply } from './messages.js';

/**
 * How a call came to its end. `closed`: the connection, by either side; it may be made again. `dead`: nobody listens where somebody did.
 * `unreachable`: nothing can be said.
 */
export type CallEnd = 'closed' | 'dead' | 'unreachable';

/** Asks one question and gives the replies, as quickly as they are taken. Never throws; ends when the signal aborts. */
export async function* ask(
  address: string,
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<Reply, CallEnd, undefined> {
  const socket = connect(address);
  const leave = (): void => void socket.destroy();
  signal.addEventListener('abort', leave, { once: true });
  let isConnected = false;
  try {
    await once(socket, 'connect', { signal });
    isConnected = true;
    socket.write(packMessage(question));
    const reader = new MessageReader<Reply>();
    for await (const chunk of socket) yield* reader.read(chunk as Buffer);
    return 'closed';
  } catch (error) {
    if (isConnected || signal.aborted) return 'closed';
    const fate = fateOf(error);
    return fate === 'passing' ? 'closed' : fate;
  } finally {
    signal.removeEventListener('abort', leave);
    socket.destroy();
  }
}
