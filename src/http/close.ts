import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from './app.js';
import type { Traffic } from './traffic.js';

/**
 * How a server leaves: `stop` refuses new requests; `hand-over` is for a server whose place another one takes, and
 * refuses none.
 */
export type Leave = 'stop' | 'hand-over';

/** After a hand-over, clients have this long to use an idle connection once more and be told to close it. */
const HAND_OVER_IDLE_MS = 5_000;
const HAND_OVER_LOOK_MS = 50;
/** After the cut, responses have this long to end; then their connections are closed. */
const CUT_OFF_MS = 1_000;

/**
 * Lets requests under way end within `timeoutMs`, cuts off the rest, closes every connection. While it waits, the
 * port stays open where it was asked to stop, so that clients and balancers are told rather than turned away.
 */
export async function leaveAndClose(
  app: App,
  traffic: Traffic,
  how: Leave,
  timeoutMs: number,
): Promise<void> {
  traffic.leaveBy(how, app.server);
  await traffic.idleOrCut(timeoutMs);
  if (traffic.inFlight > 0) {
    traffic.cutOff();
    await traffic.idle(CUT_OFF_MS);
  }
  if (how === 'hand-over' && !traffic.isStopping) await idleConnectionsGone(traffic);
  const deadline = setTimeout(() => app.server.closeAllConnections(), CUT_OFF_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}

async function idleConnectionsGone(traffic: Traffic): Promise<void> {
  const untilMs = performance.now() + HAND_OVER_IDLE_MS;
  while (traffic.connections > 0 && !traffic.isStopping && performance.now() < untilMs)
    await sleep(HAND_OVER_LOOK_MS);
}
