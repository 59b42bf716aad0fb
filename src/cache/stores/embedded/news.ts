import { newId } from '../../../core/index.js';
import type { TierNews } from '../../tier.js';
import type { CacheDatabase } from './database.js';

/** Rows that are kept: a process that misses more in a second is told `lost`. */
const KEPT_NEWS = 1_000;

/** What processes that share a file tell each other, by rows in it. */
export class NewsBoard {
  readonly #origin = newId('process');
  readonly #tracked = new Set<string>();
  #lastRead: number | undefined;
  #lastVersion: number | undefined;

  /** From now on changes of these caches are posted, by every process. */
  track(db: CacheDatabase, caches: readonly string[]): void {
    for (const cache of caches) {
      this.#tracked.add(cache);
      db.run('INSERT OR IGNORE INTO tracked VALUES (?)', [cache]);
    }
  }

  isTracked(db: CacheDatabase, cache: string): boolean {
    return this.#tracked.has(cache) || db.all('SELECT 1 FROM tracked WHERE cache = ?', [cache]).length > 0;
  }

  /** Within the transaction of the change. */
  post(db: CacheDatabase, news: TierNews): void {
    db.run('INSERT INTO news (origin, item) VALUES (?, ?)', [this.#origin, JSON.stringify(news)]);
    db.run('DELETE FROM news WHERE number <= (SELECT max(number) FROM news) - ?', [KEPT_NEWS]);
  }

  /** What others posted since the last look; the first look only finds where to begin. About 10 µs when nothing was. */
  read(db: CacheDatabase): TierNews[] {
    const version = db.all<{ data_version: number }>('PRAGMA data_version')[0]?.data_version;
    if (this.#lastRead !== undefined && version === this.#lastVersion) return [];
    this.#lastVersion = version;
    const since = this.#lastRead;
    const [ends] = db.all<{ low: number | null; high: number | null }>(
      'SELECT min(number) AS low, max(number) AS high FROM news',
    );
    this.#lastRead = ends?.high ?? 0;
    if (since === undefined || this.#lastRead === since) return [];
    // Lower numbers: the file was made anew.
    const isLost = this.#lastRead < since || (ends?.low ?? 0) > since + 1;
    return [...(isLost ? [{ kind: 'lost' } as const] : []), ...this.#since(db, since)];
  }

  #since(db: CacheDatabase, number: number): TierNews[] {
    const rows = db.all<{ item: string }>(
      'SELECT item FROM news WHERE number > ? AND origin <> ? ORDER BY number',
      [number, this.#origin],
    );
    return rows.map(({ item }) => JSON.parse(item) as TierNews);
  }
}
