import { abortReason, type Clock, NaraeError } from '../../core/index.js';
import { type NodeAddress, nodeName } from '../address.js';
import { redirectOf, refusal, unavailable } from '../errors.js';
import type { RedisOptions } from '../options.js';
import type { RedisReply } from '../spec.js';
import { Breakers } from './breakers.js';
import { Deadlines } from './deadlines.js';
import { KeptClient, type LinkState } from './kept-client.js';
import { type CallOwner, PendingCall } from './pending-call.js';
import { openClient, type VendorClient } from './vendor-client.js';

export interface LinkSettings {
  readonly address: NodeAddress;
  readonly options: RedisOptions;
  readonly clock: Clock;
  /** Part of connecting: what a new connection needs before it is used. */
  readonly prepare: (client: VendorClient) => Promise<void>;
  /** After each change of state. Must not throw. */
  readonly onChange: (state: LinkState) => void;
}

/** The commands of one server: bounded in number and in time, kept away while it is down or too slow. */
export class Link {
  readonly name: string;
  readonly #settings: LinkSettings;
  readonly #kept: KeptClient;
  readonly #deadlines: Deadlines;
  readonly #breakers: Breakers;
  readonly #owner: CallOwner = { expired: (call) => this.#onExpire(call) };
  /** Calls that came while the first attempt to connect was under way. */
  #early: PendingCall[] = [];
  /** Commands that the client was given and has not settled, those included whose callers have left. */
  #underWay = 0;
  #closing = false;
  #answers = 0;
  /** Since when deadlines pass without any answer coming. */
  #silentSinceMs: number | undefined;

  constructor(settings: LinkSettings) {
    const { address, options, clock } = settings;
    this.name = nodeName(address);
    this.#settings = settings;
    this.#deadlines = new Deadlines(clock);
    this.#breakers = new Breakers(options.breaker, options.commandTimeoutMs, clock);
    this.#kept = new KeptClient({
      open: () => openClient(address, options.connectTimeoutMs),
      prepare: settings.prepare,
      onChange: (state) => this.#onChange(state),
      clock,
    });
  }

  get address(): NodeAddress {
    return this.#settings.address;
  }

  get state(): LinkState {
    return this.#kept.state;
  }

  /** Connected, but too slow to be asked. */
  get resting(): boolean {
    return this.#breakers.resting;
  }

  /** Answers that have come, refusals and late ones too. */
  get answers(): number {
    return this.#answers;
  }

  /** Rejects as `Redis.call` does. */
  send(args: readonly (string | Buffer)[], deadlineMs: number, signal?: AbortSignal): Promise<RedisReply> {
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    const obstacle = this.#obstacle();
    if (obstacle) return Promise.reject(obstacle);
    const pass = this.#breakers.enter(deadlineMs);
    if (!pass) return Promise.reject(unavailable(`${this.name} is too slow and is left alone for a moment`));
    const call = new PendingCall(args, pass, this.#owner, signal);
    this.#deadlines.add(call, deadlineMs);
    const { state } = this;
    if (state.kind === 'ready') this.#give(state.client, call);
    else this.#early.push(call);
    return call.promise;
  }

  /** Drops the connection and makes another. */
  restart(reason: string): void {
    this.#kept.restart(reason);
  }

  /** Idempotent; what waits is rejected with `closing`. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#kept.close();
    this.#deadlines.close();
  }

  #obstacle(): NaraeError | undefined {
    const { state } = this;
    if (this.#closing || state.kind === 'closed') return new NaraeError('closing');
    if (state.kind === 'down') return unavailable(`${this.name}: ${state.reason}`);
    if (this.#underWay + this.#early.length < this.#settings.options.maxWaiting) return undefined;
    return unavailable(`${this.name} owes ${this.#settings.options.maxWaiting} answers`);
  }

  #give(client: VendorClient, call: PendingCall): void {
    this.#underWay++;
    client.send(call.args).then(
      (reply) => {
        this.#answered();
        call.succeed(reply);
      },
      (error: unknown) => {
        if (client.isReply(error)) this.#refused(call, error);
        else this.#broken(call, error);
      },
    );
  }

  #answered(): void {
    this.#underWay--;
    this.#answers++;
    this.#silentSinceMs = undefined;
  }

  #refused(call: PendingCall, reply: Error): void {
    this.#answered();
    const error = refusal(reply);
    call.fail(error, { fault: error.code === 'redis_unavailable' && !redirectOf(error) });
  }

  #broken(call: PendingCall, cause: unknown): void {
    this.#underWay--;
    const { state } = this;
    const reason = state.kind === 'down' ? state.reason : 'the connection was lost';
    const error = this.#closing ? new NaraeError('closing') : unavailable(`${this.name}: ${reason}`, cause);
    call.fail(error, { fault: true });
  }

  #onExpire(call: PendingCall): void {
    call.fail(unavailable(`no answer from ${this.name} in time`), { fault: true });
    const nowMs = this.#settings.clock.monotonicMs();
    this.#silentSinceMs ??= nowMs;
    // A server that was stopped, or a network that swallows everything, never closes the connection.
    if (nowMs - this.#silentSinceMs >= this.#settings.options.connectTimeoutMs)
      this.#kept.restart(`silent for ${this.#settings.options.connectTimeoutMs} ms`);
  }

  #onChange(state: LinkState): void {
    this.#silentSinceMs = undefined;
    if (state.kind === 'ready') {
      this.#breakers.reset();
      for (const call of this.#takeEarly()) this.#give(state.client, call);
    } else if (state.kind !== 'connecting') {
      const error = this.#obstacle() ?? unavailable(`${this.name}: the connection was lost`);
      for (const call of this.#takeEarly()) call.fail(error, { fault: true });
    }
    this.#settings.onChange(state);
  }

  #takeEarly(): PendingCall[] {
    const early = this.#early.filter((call) => !call.settled);
    this.#early = [];
    return early;
  }
}
