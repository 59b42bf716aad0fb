import { defaultReuseIndexOptions, type ReuseIndexOptions } from './options.js';
import { type ScopeEntry, ScopeIndex } from './scope-index.js';
import type { KeptQuestion, ReuseCandidate } from './spec.js';

/**
 * The questions whose answers are kept, by scope. The scope names everything that an answer depends on besides
 * question and evidence (tenant, collection, filter, model and its parameters, prompt revision, embedder), so that
 * nothing is ever compared across it.
 *
 * Bounded in entries and bytes; what was added or touched longest ago goes first.
 */
export class ReuseIndex {
  readonly #options: ReuseIndexOptions;
  readonly #scopes = new Map<string, ScopeIndex>();
  /** All entries, in order of use. */
  readonly #order = new Set<ScopeEntry>();
  #bytes = 0;

  constructor(options: Partial<ReuseIndexOptions> = {}) {
    this.#options = { ...defaultReuseIndexOptions, ...options };
  }

  get size(): number {
    return this.#order.size;
  }

  /** Bytes of texts and vectors, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a question; one with the same answer id in its scope is replaced. Vectors of another length are refused. */
  add(scope: string, kept: KeptQuestion): void {
    this.forget(scope, kept.answerId);
    const index = this.#scopes.get(scope) ?? new ScopeIndex(scope, kept.vector.length);
    if (index.dimensions !== kept.vector.length) return;
    this.#scopes.set(scope, index);
    const entry = index.add(kept);
    this.#order.add(entry);
    this.#bytes += entry.bytes;
    this.#evict(index);
  }

  /** The `limit` nearest questions of the scope, nearest first: an exact scan. */
  candidates(scope: string, vector: Float32Array, limit: number): ReuseCandidate[] {
    const index = this.#scopes.get(scope);
    return index?.dimensions === vector.length ? index.nearest(vector, limit) : [];
  }

  /** Tells that an answer was reused, so that it stays longer. */
  touch(scope: string, answerId: string): void {
    const entry = this.#scopes.get(scope)?.get(answerId);
    if (entry && this.#order.delete(entry)) this.#order.add(entry);
  }

  /** Drops the question of an answer that is gone. Gives whether there was one. */
  forget(scope: string, answerId: string): boolean {
    const entry = this.#scopes.get(scope)?.get(answerId);
    if (entry) this.#drop(entry);
    return entry !== undefined;
  }

  /** Drops all scopes that begin with `prefix`. Gives how many questions that were. */
  forgetScopes(prefix: string): number {
    const before = this.size;
    for (const entry of this.#order) if (entry.scope.name.startsWith(prefix)) this.#drop(entry);
    return before - this.size;
  }

  #evict(grown: ScopeIndex): void {
    const { maxEntries, limitBytes, maxScopeComponents } = this.#options;
    if (grown.size * grown.dimensions > maxScopeComponents) this.#drop(grown.oldest()!);
    for (const entry of this.#order) {
      if (this.size <= maxEntries && this.#bytes <= limitBytes) return;
      this.#drop(entry);
    }
  }

  #drop(entry: ScopeEntry): void {
    entry.scope.remove(entry);
    this.#order.delete(entry);
    this.#bytes -= entry.bytes;
    if (entry.scope.size === 0) this.#scopes.delete(entry.scope.name);
  }
}
