import { Packr } from 'msgpackr';
import { type Deferred, deferred } from '../../../core/index.js';
import type { Redis, RedisCommand, RedisReply } from '../../../redis/spec.js';
import { defaultRunsOptions, type RunsOptions } from '../../options.js';
import type { PartCodec } from '../../runs/part-codec.js';
import { eventsGone } from '../../runs/run-log.js';
import { isLive } from '../../runs/run-store.js';
import type { ReadAsker, SharedLogs, SharedLogWriter } from '../../runs/shared-log.js';
import type { RunEvent } from '../../spec.js';
import type { ThreadKeys } from './keys.js';
import { list, text } from './replies.js';

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true });

/** Entries that one read brings at most. */
const READ_ENTRIES = 64;
/** A reader that hears nothing for so long asks whether the run still lives. */
const SILENCE_MS = 5_000;

/**
 * The events of runs in Redis streams, one a run. An entry is a batch, and its id the id of its last event, so that
 * what comes after any event is one range; the end has an entry of its own. A channel of the same name says that
 * there is more.
 */
export class RedisSharedLogs<Part> implements SharedLogs<Part> {
  readonly knowsReaders = false;
  readonly #redis: Redis;
  readonly #keys: ThreadKeys;
  readonly #codec: PartCodec<Part>;
  readonly #options: Required<RunsOptions>;

  constructor(redis: Redis, keys: ThreadKeys, codec: PartCodec<Part>, options: RunsOptions = {}) {
    this.#redis = redis;
    this.#keys = keys;
    this.#codec = codec;
    this.#options = { ...defaultRunsOptions, ...options };
  }

  writer(tenant: string, run: string): SharedLogWriter<Part> {
    return new RedisLogWriter(this.#redis, this.#keys.log(tenant, run), this.#codec, this.#options);
  }

  async *read({
    tenant,
    record,
    options,
    look,
  }: ReadAsker): AsyncGenerator<readonly RunEvent<Part>[], void, undefined> {
    const key = this.#keys.log(tenant, record.id);
    const bell = new Bell();
    const isOver = async (): Promise<boolean> => {
      const now = await look();
      return now === undefined || !isLive(now.status);
    };
    const unsubscribe = await this.#redis.subscribe(key, () => bell.ring());
    try {
      yield* this.#follow(key, record.id, options.after ?? 0, bell, isOver);
    } finally {
      unsubscribe();
    }
  }

  async *#follow(
    key: string,
    run: string,
    after: number,
    bell: Bell,
    isOver: () => Promise<boolean>,
  ): AsyncGenerator<readonly RunEvent<Part>[], void, undefined> {
    let read = after;
    for (let wasOver = false; ; ) {
      const { events, isEnd } = this.#decode(await this.#range(key, read), read);
      if (events.length > 0) {
        if ((events[0] as RunEvent<Part>).id !== read + 1) throw eventsGone(run, read);
        read = (events.at(-1) as RunEvent<Part>).id;
        yield events;
      }
      if (isEnd) return;
      if (events.length > 0) continue;
      if (wasOver) return this.#checkWhole(key, run, read);
      if (!(await bell.heard(SILENCE_MS))) wasOver = await isOver();
    }
  }

  /** A run that is over and whose log has no end: it died, or its log is gone. */
  async #checkWhole(key: string, run: string, read: number): Promise<void> {
    if ((await this.#redis.call(['EXISTS', key])) === 0) throw eventsGone(run, read);
  }

  async #range(key: string, after: number): Promise<readonly RedisReply[]> {
    return list(await this.#redis.call(['XRANGE', key, `${after + 1}-0`, '+', 'COUNT', READ_ENTRIES]));
  }

  #decode(
    entries: readonly RedisReply[],
    after: number,
  ): { readonly events: readonly RunEvent<Part>[]; readonly isEnd: boolean } {
    const events: RunEvent<Part>[] = [];
    for (const entry of entries) {
      const [id = null, fields = null] = list(entry);
      const [name = null, value = null] = list(fields);
      if (text(name) === 'end') return { events, isEnd: true };
      const parts = packr.unpack(value as Buffer) as unknown[];
      const first = Number.parseInt(text(id), 10) - parts.length + 1;
      parts.forEach((data, at) => {
        if (first + at > after) events.push({ id: first + at, part: this.#part(data) });
      });
    }
    return { events, isEnd: false };
  }

  #part(data: unknown): Part {
    return this.#codec.decode ? this.#codec.decode(data) : (data as Part);
  }
}

interface Batch {
  readonly lastId: number;
  readonly events: number;
  readonly bytes: number;
}

/** Writes what came while the last write was under way in one go, so that a slow Redis makes batches, not queues. */
class RedisLogWriter<Part> implements SharedLogWriter<Part> {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #codec: PartCodec<Part>;
  readonly #options: Required<RunsOptions>;
  readonly #written: Batch[] = [];
  #waiting: RunEvent<Part>[] = [];
  #waitingBytes = 0;
  #events = 0;
  #bytes = 0;
  #lastId = 0;
  #writing: Promise<void> | undefined;
  /** Given up: from here on, readers elsewhere are told that events are gone. */
  #isBroken = false;

  constructor(redis: Redis, key: string, codec: PartCodec<Part>, options: Required<RunsOptions>) {
    this.#redis = redis;
    this.#key = key;
    this.#codec = codec;
    this.#options = options;
  }

  push(events: readonly RunEvent<Part>[]): void {
    if (this.#isBroken) return;
    for (const event of events) {
      this.#waiting.push(event);
      this.#waitingBytes += this.#codec.bytesOf(event.part);
    }
    if (this.#waitingBytes > this.#options.maxLogBytes) this.#giveUp();
    else this.#writing ??= this.#write();
  }

  async end(): Promise<void> {
    await this.#writing;
    if (this.#isBroken) return;
    const { keepLogMs } = this.#options;
    await this.#send(['XADD', this.#key, `${this.#lastId + 1}-0`, 'end', ''], keepLogMs);
  }

  async #write(): Promise<void> {
    // Everything of this tick goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0 && !this.#isBroken) {
      const events = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      await this.#writeBatch(events);
    }
    this.#writing = undefined;
  }

  async #writeBatch(events: readonly RunEvent<Part>[]): Promise<void> {
    const { encode } = this.#codec;
    const bytes = packr.pack(events.map(({ part }) => (encode ? encode(part) : part)));
    this.#lastId = (events.at(-1) as RunEvent<Part>).id;
    const oldest = this.#trim({ lastId: this.#lastId, events: events.length, bytes: bytes.length });
    const { timeoutMs, keepLogMs } = this.#options;
    const entry: RedisCommand = ['XADD', this.#key, 'MINID', oldest, `${this.#lastId}-0`, 'parts', bytes];
    await this.#send(entry, timeoutMs + keepLogMs);
  }

  /** The oldest entry that may stay. */
  #trim(batch: Batch): string {
    const { maxEvents, maxLogBytes } = this.#options;
    this.#written.push(batch);
    this.#events += batch.events;
    this.#bytes += batch.bytes;
    while (this.#written.length > 1 && (this.#events > maxEvents || this.#bytes > maxLogBytes)) {
      const old = this.#written.shift() as Batch;
      this.#events -= old.events;
      this.#bytes -= old.bytes;
    }
    return `${(this.#written[0] as Batch).lastId}-0`;
  }

  /** One round trip: the entry, the log's life, the news. */
  async #send(entry: RedisCommand, lifeMs: number): Promise<void> {
    const sent = [
      this.#redis.call(entry),
      this.#redis.call(['PEXPIRE', this.#key, lifeMs]),
      this.#redis.publish(this.#key, ''),
    ];
    const outcomes = await Promise.allSettled(sent);
    if (outcomes[0]?.status === 'rejected') this.#giveUp();
  }

  #giveUp(): void {
    this.#isBroken = true;
    this.#waiting = [];
    this.#redis.call(['DEL', this.#key]).catch(() => {});
  }
}

/** Remembers that it rang. */
class Bell {
  #rang = false;
  #waiting: Deferred<boolean> | undefined;

  ring(): void {
    this.#rang = true;
    this.#waiting?.resolve(true);
  }

  /** False: nothing rang for so long. */
  async heard(atMostMs: number): Promise<boolean> {
    if (!this.#rang) {
      this.#waiting = deferred();
      const timer = setTimeout(() => this.#waiting?.resolve(false), atMostMs).unref();
      await this.#waiting.promise;
      clearTimeout(timer);
      this.#waiting = undefined;
    }
    const rang = this.#rang;
    this.#rang = false;
    return rang;
  }
}
