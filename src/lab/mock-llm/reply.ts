import { LRUCache } from 'lru-cache';
import { NaraeError } from '../../core/index.js';
import { answerOf, type MockAnswer, planAnswer } from './answer.js';
import type { ChatCall } from './call.js';
import type { Dialect, MockFailure } from './dialects/index.js';
import { type Fault, faultOf, framesOf } from './faults/index.js';
import { readModelName } from './model-name.js';
import type { MockSettings } from './options.js';
import { buildScript, type Script } from './script.js';

/** What one call gets. */
export type Reply = { readonly kind: 'silence' } | { readonly kind: 'reset' } | Fixed | Played;

/** A whole reply at once. */
export interface Fixed {
  readonly kind: 'fixed';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer that takes its time. */
export interface Played {
  readonly kind: 'played';
  readonly contentType: string;
  readonly script: Script;
  /** From the request to the first frame. */
  readonly firstMs: number;
  /** Between two frames. */
  readonly stepMs: number;
}

export const JSON_TYPE = 'application/json';
const EVENTS_TYPE = 'text/event-stream; charset=utf-8';
const SCRIPTS_LIMIT_BYTES = 32 * 1024 * 1024;
/** What a prepared script takes besides its bytes. */
const SCRIPT_OVERHEAD_BYTES = 512;

/** Decides what calls get. Scripts are kept, so that equal calls cost no building. */
export class Replies {
  readonly #settings: MockSettings;
  readonly #scripts = new LRUCache<string, Script>({
    maxSize: SCRIPTS_LIMIT_BYTES,
    sizeCalculation: ({ bytes, ends }, key) =>
      bytes.byteLength + ends.byteLength + 2 * key.length + SCRIPT_OVERHEAD_BYTES,
  });

  constructor(settings: MockSettings) {
    this.#settings = settings;
  }

  /** The reply to a chat call. `callNumber` counts the model's calls. Throws `model_not_found`, `invalid_request`. */
  chat(call: ChatCall, dialect: Dialect, callNumber: number): Reply {
    const { fault, settings } = this.#resolve(call.model);
    const instead = insteadOf(fault, settings, dialect, callNumber);
    if (instead) return instead;
    const plan = planAnswer(call, settings.tokens);
    const isStream = call.stream && !fault.ignoresStream;
    const key = JSON.stringify([dialect.name, isStream, call.includeUsage, plan]);
    const script = this.#script(key, () => {
      const answer = fault.answer?.(answerOf(plan)) ?? answerOf(plan);
      return isStream
        ? streamScript(answer, dialect, call.includeUsage, fault)
        : bodyScript(dialect.whole(answer), dialect, fault);
    });
    return played(script, isStream, settings, plan.tokens);
  }

  /** The reply to a call that is never streamed, such as embeddings: faults apply as to chat. */
  whole(name: string, dialect: Dialect, callNumber: number, makeBody: () => string): Reply {
    const { fault, settings } = this.#resolve(name);
    const instead = insteadOf(fault, settings, dialect, callNumber);
    return instead ?? played(bodyScript(makeBody(), dialect, fault), false, settings, 1);
  }

  #resolve(name: string): { fault: Fault; settings: MockSettings } {
    const { base, settings } = readModelName(name);
    const fault = faultOf(base);
    if (fault) return { fault, settings: { ...this.#settings, ...settings } };
    const values = { model: base, available: 'see GET /v1/models' };
    throw new NaraeError('model_not_found', { field: 'model', values });
  }

  #script(key: string, build: () => Script): Script {
    const known = this.#scripts.get(key);
    if (known) return known;
    const script = build();
    this.#scripts.set(key, script);
    return script;
  }
}

/** A refusal in the vendor's own words. */
export function refusal(failure: MockFailure, dialect: Dialect, retryAfterSeconds?: number): Fixed {
  const headers = {
    'content-type': JSON_TYPE,
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  };
  return { kind: 'fixed', status: failure.status, headers, body: dialect.errorBody(failure) };
}

function insteadOf(
  fault: Fault,
  { retryAfterSeconds }: MockSettings,
  dialect: Dialect,
  callNumber: number,
): Reply | undefined {
  const instead = fault.instead?.(callNumber);
  if (instead?.kind === 'refusal')
    return refusal(instead.failure, dialect, instead.hasRetryAfter ? retryAfterSeconds : undefined);
  if (instead?.kind !== 'page') return instead;
  const { status, html: body } = instead;
  return { kind: 'fixed', status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/** A body that is not streamed comes when its last token would have. */
function played(script: Script, isStream: boolean, settings: MockSettings, tokens: number): Played {
  const { firstTokenMs, tokenMs: stepMs } = settings;
  if (isStream) return { kind: 'played', contentType: EVENTS_TYPE, script, firstMs: firstTokenMs, stepMs };
  const firstMs = firstTokenMs + stepMs * Math.max(0, tokens - 1);
  return { kind: 'played', contentType: JSON_TYPE, script, firstMs, stepMs };
}

function streamScript(answer: MockAnswer, dialect: Dialect, includeUsage: boolean, fault: Fault): Script {
  const events = dialect.events(answer, { includeUsage });
  const frames = (fault.frames ?? framesOf)(events, dialect);
  return buildScript(frames, fault.ending ?? 'end', fault.cut);
}

function bodyScript(body: string, dialect: Dialect, fault: Fault): Script {
  return buildScript([fault.body?.(body, dialect) ?? body], fault.ending ?? 'end', fault.cut);
}
