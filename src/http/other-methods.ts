import { NaraeError } from '../core/index.js';
import type { App } from './app.js';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Routes that answer to everything: the page's files, and the preflights of CORS. They make no path a known one.
 */
const CATCH_ALL = new Set(['*', '/*']);

/** What the routes answer to, so that a request with another method is told so, by its path without a query. */
export class OtherMethods {
  readonly #paths = new Map<string, KnownPath>();

  /** Before any route is added. */
  follow(app: App): void {
    app.addHook('onRoute', ({ url, method }) => {
      if (CATCH_ALL.has(url)) return;
      const known = this.#paths.get(url) ?? { pattern: patternOf(url), methods: new Set() };
      this.#paths.set(url, known);
      for (const one of [method].flat()) known.methods.add(one);
    });
  }

  /** Methods that the path answers to, in the order of the alphabet. */
  allowed(path: string): readonly string[] {
    const methods = [...this.#paths.values()].flatMap((known) =>
      known.pattern.test(path) ? [...known.methods] : [],
    );
    return [...new Set(methods)].sort();
  }
}

/** `method_not_allowed` where the path answers to the methods `allowed`, else `route_not_found`. */
export function nothingThere(method: string, path: string, allowed: readonly string[]): NaraeError {
  const isKnown = allowed.length > 0 && !allowed.includes(method);
  return new NaraeError(isKnown ? 'method_not_allowed' : 'route_not_found', { values: { method, path } });
}

/** Parameters are whole segments here, and a wildcard is the last one. */
function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+';
    return segment === '*' ? '.*' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
