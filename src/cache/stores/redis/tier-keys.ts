import type { EntryAddress, TierScope } from '../../tier.js';

/**
 * Hash tags of one tenant's cache. All that belongs to an entry, its tags too, is on one node of a cluster, so that
 * one script can change it; and a single tenant still spreads over all nodes.
 */
const BUCKETS = 64;

export const BUCKET_NUMBERS: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/**
 * Where things stand in Redis:
 *
 *   narae:cache:{answer:acme:17}:the-id             a value
 *   narae:cache-tag:{answer:acme:17}:document%3a;42   ids of the bucket that carry the tag
 *
 * Names are escaped, so that none can reach into another's place; the prefix must hold no brace.
 */
export class TierKeys {
  readonly #prefix: string;
  /** Escaped names of caches and tenants, as every key holds them. */
  readonly #escaped = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  entry({ cache, tenant, id }: EntryAddress): string {
    const name = escapeName(id);
    return `${this.entriesOf({ cache, tenant }, bucketOf(name))}${name}`;
  }

  /** Of the tags of the entries that share the address's bucket; a tag's escaped name follows. */
  tagsBeside({ cache, tenant, id }: EntryAddress): string {
    return this.tagsOf({ cache, tenant }, bucketOf(escapeName(id)));
  }

  /** Of the entries of one bucket; an escaped id follows. */
  entriesOf({ cache, tenant }: Pick<TierScope, 'cache' | 'tenant'>, bucket: number): string {
    return `${this.#prefix}cache:{${this.#escape(cache)}:${this.#escape(tenant)}:${bucket}}:`;
  }

  tagsOf({ cache, tenant }: Pick<TierScope, 'cache' | 'tenant'>, bucket: number): string {
    return `${this.#prefix}cache-tag:{${escapeName(cache)}:${escapeName(tenant)}:${bucket}}:`;
  }

  /** What all keys of a cache begin with. */
  cachePrefix(cache: string): string {
    return `${this.#prefix}cache:{${escapeName(cache)}:`;
  }

  /** A glob as SCAN takes it. Matches too much, as to Redis a character is a byte: filter by `addressOf`. */
  scanPattern({ cache, tenant, idPattern = '*' }: TierScope): string {
    const head = `${this.cachePrefix(cache)}${escapeName(tenant)}:`;
    return `${literal(head)}*}:${idPattern.split(/[*?]+/).map(escapeName).map(literal).join('*')}`;
  }

  /** Undefined for a key that is not one of ours. */
  addressOf(key: string): EntryAddress | undefined {
    if (!key.startsWith(this.#prefix)) return undefined;
    const [, cache, tenant, id] =
      /^cache:\{([^:]*):([^:]*):\d+\}:(.*)$/s.exec(key.slice(this.#prefix.length)) ?? [];
    if (cache === undefined || tenant === undefined || id === undefined) return undefined;
    return { cache: unescapeName(cache), tenant: unescapeName(tenant), id: unescapeName(id) };
  }

  #escape(name: string): string {
    const known = this.#escaped.get(name);
    if (known !== undefined) return known;
    if (this.#escaped.size >= MAX_REMEMBERED) this.#escaped.clear();
    const escaped = escapeName(name);
    this.#escaped.set(name, escaped);
    return escaped;
  }

  get newsChannel(): string {
    return `${this.#prefix}cache-news`;
  }
}

/** Names of which the escaped form is remembered. */
const MAX_REMEMBERED = 10_000;

/** What divides keys, and halves of characters, which UTF-8 cannot tell apart. */
const PLAIN = /^[\w#=.@-]*$/;
const ESCAPED = /[%:{}\p{Surrogate}]/gu;

/** Of an entry's id: the colon of its kind, then mostly nothing else to escape. */
const PLAIN_AFTER_KIND = /^[#=]:([\w#=.@-]*)$/;

export function escapeName(name: string): string {
  if (PLAIN.test(name)) return name;
  if (PLAIN_AFTER_KIND.test(name)) return `${name[0]}%3a;${name.slice(2)}`;
  return name.replace(ESCAPED, (character) => `%${character.charCodeAt(0).toString(16)};`);
}

function unescapeName(name: string): string {
  return name.replace(/%([0-9a-f]+);/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function literal(text: string): string {
  return text.replace(/[\\[\]*?^]/g, '\\$&');
}

/** FNV-1a over UTF-16 units, then MurmurHash3's finish, as FNV alone spreads short names badly. */
function bucketOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % BUCKETS;
}
