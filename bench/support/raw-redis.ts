import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection for a few commands; resolves with what came for the last. Replies must be short. */
export async function askRedis(port: number, commands: readonly (readonly string[])[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    let reply = '';
    for (const command of commands) reply = await exchange(socket, command);
    return reply;
  } finally {
    socket.destroy();
  }
}

async function exchange(socket: Socket, words: readonly string[]): Promise<string> {
  const encoded = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  socket.write(`*${words.length}\r\n${encoded.join('')}`);
  const [data] = (await Promise.race([once(socket, 'data'), closed(socket)])) as [Buffer];
  return data.toString();
}

async function closed(socket: Socket): Promise<never> {
  await once(socket, 'close');
  throw new Error('the server closed the connection');
}
