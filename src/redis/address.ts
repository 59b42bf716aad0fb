import { NaraeError } from '../core/index.js';

/** Where one Redis server listens, and how to sign on. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
}

const DEFAULT_PORT = 6379;

/** The addresses of `redis.url`; more than one name a cluster. Throws `config_invalid`, which shows no password. */
export function parseAddresses(url: string): readonly [NodeAddress, ...NodeAddress[]] {
  const [first, ...rest] = url.split(',').map((part) => parseAddress(part.trim()));
  if (first === undefined) throw invalid('is empty');
  if (rest.length > 0 && [first, ...rest].some(({ database }) => database !== 0))
    throw invalid('names a database, which a cluster does not have');
  return [first, ...rest];
}

/** As it may be shown: `host:port`. */
export function nodeName({ host, port }: Pick<NodeAddress, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parseAddress(text: string): NodeAddress {
  if (!URL.canParse(text)) throw invalid('is not a URL like redis://host:6379');
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  if (protocol !== 'redis:' && protocol !== 'rediss:') throw invalid('must begin with redis:// or rediss://');
  if (hostname === '') throw invalid('names no host');
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? DEFAULT_PORT : Number(port),
    tls: protocol === 'rediss:',
    ...(username !== '' && { username: decode(username) }),
    ...(password !== '' && { password: decode(password) }),
    database: parseDatabase(pathname),
  };
}

function parseDatabase(pathname: string): number {
  if (pathname === '' || pathname === '/') return 0;
  if (!/^\/\d{1,5}$/.test(pathname))
    throw invalid('must end with the number of a database, if with anything');
  return Number(pathname.slice(1));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('holds a "%" that begins no escape; write it as %25');
  }
}

function invalid(reason: string): NaraeError {
  return new NaraeError('config_invalid', {
    values: { key: 'redis.url', reason, origin: 'the Redis options' },
    field: 'redis.url',
  });
}
