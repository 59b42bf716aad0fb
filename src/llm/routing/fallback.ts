import { throwIfAborted } from '../../core/index.js';
import type { LlmRequest } from '../spec.js';
import { judge } from './judgement.js';
import type { OpenedStream, Route, RouteCall } from './route.js';

/** A stream and the way it came. */
export interface Found {
  readonly route: Route;
  readonly opened: OpenedStream;
}

/**
 * Opens the first route that gives content. A fault of the request itself, found by the first route, is thrown at
 * once; when every route fails, the first one's failure is thrown, since that is the model that was asked for.
 */
export async function openFirst(
  routes: readonly Route[],
  request: LlmRequest,
  call: RouteCall,
  onFallBack: (from: Route, to: Route, error: unknown) => void,
): Promise<Found> {
  let failure: unknown;
  for (let index = 0; index < routes.length; index++) {
    const route = routes[index] as Route;
    try {
      return { route, opened: await route.open(request, call) };
    } catch (error) {
      throwIfAborted(call.signal);
      if (index === 0) failure = error;
      const next = routes[index + 1];
      if (next === undefined || judge(failure).next === 'nowhere') throw failure;
      onFallBack(route, next, error);
    }
  }
  throw failure;
}
