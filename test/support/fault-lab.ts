import { expect } from 'vitest';
import { type MockLlm, type MockLlmOptions, startMockLlm } from '../../dist/lab/index.js';
import { type ChatOptions, chat, type Reply } from './chat-client.js';
import { type Gauges, IDLE, readGauges } from './gauges.js';
import { type RunningServer, startNaraeServer, temporaryFolder } from './narae.js';

export interface FaultLabOptions {
  readonly models: readonly object[];
  readonly routing?: object;
  readonly llm?: object;
  readonly server?: object;
}

/** Quick deadlines, so that a fault shows soon; no breaker and no budget between a fault and its retries. */
const QUICK = {
  server: { shutdownTimeoutSeconds: 1 },
  llm: {
    firstTokenTimeoutSeconds: 5,
    stallTimeoutSeconds: 4,
    connectTimeoutSeconds: 10,
    keepAliveSeconds: 0.5,
  },
  routing: {
    maxAttempts: 2,
    retryBackoffSeconds: 0.01,
    retryAfterMaxSeconds: 0.5,
    retryBudgetRatio: 1,
    retryBudgetPerSecond: 1000,
    breakerFailures: 1_000_000,
    policy: 'round-robin',
  },
};

/** For faults that no deadline is to find, and for what takes its time. */
export const PATIENT_LLM = {
  firstTokenTimeoutSeconds: 60,
  stallTimeoutSeconds: 60,
  connectTimeoutSeconds: 60,
};

/** The real server in front of real model servers, watched from outside. */
export class FaultLab {
  readonly server: RunningServer;

  private constructor(server: RunningServer) {
    this.server = server;
  }

  static async start({ models, routing, llm, server }: FaultLabOptions): Promise<FaultLab> {
    const folder = await temporaryFolder();
    const config = {
      server: { ...QUICK.server, ...server },
      llm: { ...QUICK.llm, models, ...llm },
      routing: { ...QUICK.routing, ...routing },
    };
    return new FaultLab(await startNaraeServer({ folder, config }));
  }

  chat(model: string, options: Omit<ChatOptions, 'model'> = {}): Promise<Reply> {
    return chat(this.server.url, { model, ...options });
  }

  gauges(): Promise<Gauges> {
    return readGauges(this.server.url);
  }

  /** Waits until this many generations are under way. */
  async underWay(count: number): Promise<void> {
    await expect.poll(async () => (await this.gauges()).generations).toBe(count);
  }

  /** Nothing is left of what went before: no request, call, socket or timer; and the process never stumbled. */
  async expectClean(...mocks: readonly MockLlm[]): Promise<void> {
    await expect.poll(() => this.gauges()).toEqual(IDLE);
    await expect.poll(() => mocks.map((mock) => mock.stats().open)).toEqual(mocks.map(() => 0));
    expect(this.server.process.exitCode).toBeNull();
    expect(this.server.output()).not.toMatch(/unhandled|uncaught|MaxListeners|"code":"internal"/i);
  }

  stop(): Promise<number | null> {
    return this.server.stop();
  }
}

/** Waits until `look` gives `value`. */
export async function eventually<Value>(look: () => Value | Promise<Value>, value: Value): Promise<void> {
  await expect.poll(look).toEqual(value);
}

/** A model of the mock under its own name there. */
export function mockModel(mock: MockLlm, name: string, upstreamModel = name): object {
  return { name, provider: 'openai', baseUrl: `${mock.url}/v1`, upstreamModel };
}

export function startMock(options: MockLlmOptions = {}): Promise<MockLlm> {
  return startMockLlm({ tokens: 8, ...options });
}
