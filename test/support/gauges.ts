import { get } from 'node:http';

/** What a running server holds, as its metrics tell. */
export interface Gauges {
  /** Requests under way, this look at the metrics not counted. */
  readonly requests: number;
  readonly generations: number;
  /** Calls under way and waiting, on all endpoints. */
  readonly calls: number;
  /** Open connections of every kind, in and out; this look's own is one. */
  readonly sockets: number;
  readonly timers: number;
  readonly nameLookUps: number;
}

/** Of a server that nobody asks anything, after its last kept-alive connection. */
export const IDLE: Gauges = { requests: 0, generations: 0, calls: 0, sockets: 1, timers: 0, nameLookUps: 0 };

/** Over a connection of its own, so that no look leaves anything for the next. */
export async function readGauges(url: string): Promise<Gauges> {
  const text = await read(`${url}/metrics`);
  return {
    requests: sum(text, /^http_server_active_requests\{http_route="(?!\/metrics")[^}]*\} (.+)$/gm),
    generations: sum(text, /^narae_generations_in_flight\{[^}]*\} (.+)$/gm),
    calls: sum(text, /^narae_endpoint_(?:in_flight|waiting)\{[^}]*\} (.+)$/gm),
    sockets: sum(text, /^nodejs_active_resources\{type="(?:TCPSocketWrap|TLSWrap|TCPConnectWrap)"\} (.+)$/gm),
    timers: sum(text, /^nodejs_active_resources\{type="Timeout"\} (.+)$/gm),
    nameLookUps: sum(text, /^nodejs_active_resources\{type="GetAddrInfoReqWrap"\} (.+)$/gm),
  };
}

/** The sum of a counter's series whose labels all stand in `labels`. */
export async function readCounter(url: string, name: string, ...labels: readonly string[]): Promise<number> {
  const lines = (await read(`${url}/metrics`)).split('\n').filter((line) => line.startsWith(`${name}{`));
  const chosen = lines.filter((line) => labels.every((label) => line.includes(label)));
  return chosen.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
}

function read(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    });
    request.on('error', reject);
  });
}

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
}
