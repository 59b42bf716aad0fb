import { describe, expect, test } from 'vitest';
import { settle, VirtualTime } from '../../test/support/virtual-time.js';
import { type Config, loadConfig } from '../config/index.js';
import { type Channel, deferred, NaraeError } from '../core/index.js';
import { type MetricSnapshot, renderMerged } from '../observe/index.js';
import { type Fellows, WorkerLife, type WorkerServer } from '../worker/index.js';
import { Supervisor } from './supervisor.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

interface Overview {
  readonly url: string;
  readonly served: { readonly collection: string; readonly isOwnDocs: boolean };
}

/** A worker that runs in this process: the real life of one, over a pipe that hands messages on a turn later. */
class FakeWorker {
  readonly done: string[] = [];
  readonly process: WorkerProcess;
  fellows: Fellows | undefined;
  readonly #exit = deferred<WorkerExit>();
  readonly #onClose: (() => void)[] = [];
  #open = true;

  constructor(
    readonly pid: number,
    begin: (worker: FakeWorker, config: Config) => void,
  ) {
    const toWorker: ((message: unknown) => void)[] = [];
    const toPrimary: ((message: unknown) => void)[] = [];
    const send = (to: typeof toWorker) => (message: unknown) => {
      const copy = structuredClone(message);
      setImmediate(() => {
        if (this.#open) for (const receive of to) receive(copy);
      });
    };
    const inside: Channel = {
      send: send(toPrimary),
      onMessage: (receive) => toWorker.push(receive),
      onClose: () => {},
    };
    this.process = {
      pid,
      send: send(toWorker),
      onMessage: (receive) => toPrimary.push(receive),
      onClose: (run) => this.#onClose.push(run),
      kill: () => this.die({ code: null, signal: 'SIGKILL' }),
      exited: this.#exit.promise,
    };
    setImmediate(() => {
      const life = new WorkerLife<Overview>(inside, async (order, fellows) => {
        this.fellows = fellows;
        this.done.push(`start ${order.worker}`);
        begin(this, order.config);
        return this.#server();
      });
      void life.over.then((code) => setImmediate(() => this.die({ code, signal: null })));
    });
  }

  get isAlive(): boolean {
    return this.#open;
  }

  die(exit: WorkerExit): void {
    if (!this.#open) return;
    this.#open = false;
    for (const run of this.#onClose) run();
    this.#exit.resolve(exit);
  }

  #server(): WorkerServer<Overview> {
    const snapshot = [
      { name: 'x_total', type: 'counter', help: '', aggregator: 'sum', values: [{ value: 1, labels: {} }] },
    ];
    const note = (text: string): void => void this.done.push(text);
    return {
      overview: async () => ({
        url: 'http://127.0.0.1:4000',
        served: { collection: 'docs', isOwnDocs: false },
      }),
      lead: async () => {
        note('lead');
        return undefined;
      },
      resign: async () => note('resign'),
      settle: () => note('settle'),
      ingestUploads: async () => {
        note('upload');
        return { version: 7 } as never;
      },
      metrics: async () => snapshot as unknown as MetricSnapshot,
      mergeMetrics: async (snapshots) => snapshots.flat(),
      close: async (how) => note(`close ${how}`),
      cutOff: () => note('cut off'),
    };
  }
}

function configWith(port: number, workers: number): Config {
  const flags = [
    { key: 'server.port', value: port, flag: 'test' },
    { key: 'server.workers', value: workers, flag: 'test' },
  ];
  return loadConfig({ cwd: import.meta.dirname, environment: {}, flags }).config;
}

function supervise(workers = 2, begin: (worker: FakeWorker, config: Config) => void = () => {}) {
  const time = new VirtualTime();
  const forked: FakeWorker[] = [];
  const ports: number[] = [];
  const notices: string[] = [];
  const fork = () => {
    const worker = new FakeWorker(forked.length + 1, (own, config) => {
      ports.push(config.server.port);
      begin(own, config);
    });
    forked.push(worker);
    return worker.process;
  };
  const hooks = { onNotice: (text: string) => void notices.push(text) };
  const supervisor = new Supervisor<Overview>(configWith(0, workers), { fork, hooks, timers: time });
  return { supervisor, forked, ports, notices, time };
}

/** Lets messages go to and fro. */
async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await settle();
}

const refuse = (): never => {
  throw new NaraeError('port_in_use', { values: { port: 1, host: 'h', suggestion: 2 } });
};

describe('starting', () => {
  test('the first worker leads, the others follow what it chose', async () => {
    const { supervisor, forked } = supervise(3);
    expect(await supervisor.start()).toMatchObject({ url: 'http://127.0.0.1:4000' });
    await turns();
    expect(forked.map(({ done }) => done)).toEqual([
      ['start 0', 'lead', 'settle'],
      ['start 1', 'settle'],
      ['start 2', 'settle'],
    ]);
    await supervisor.close();
    expect(forked.some(({ isAlive }) => isAlive)).toBe(false);
  });

  test('fails with what kept the first worker from it', async () => {
    const { supervisor, forked } = supervise(3, refuse);
    await expect(supervisor.start()).rejects.toMatchObject({ code: 'port_in_use' });
    await supervisor.close();
    expect(forked).toHaveLength(1);
  });
});

describe('a worker that dies', () => {
  test('is replaced, later each time, and again soon once one has lived', async () => {
    const { supervisor, forked, time, notices } = supervise();
    await supervisor.start();
    const waits: number[] = [];
    for (let death = 0; death < 4; death++) {
      forked.at(-1)?.die({ code: null, signal: 'SIGSEGV' });
      await turns();
      const before = forked.length;
      const diedAtMs = time.now();
      while (forked.length === before) await time.advance(20);
      waits.push(time.now() - diedAtMs);
      await turns();
      if (death === 2) await time.advance(60_000);
    }
    expect(waits[1]).toBeGreaterThan(waits[0] as number);
    expect(waits[2]).toBeGreaterThan(waits[1] as number);
    expect(waits[3]).toBeLessThan(waits[1] as number);
    expect(notices[0]).toContain('worker 1 ended (signal SIGSEGV)');
    await supervisor.close();
    expect(time.pending).toBe(0);
  });

  test('leads again when it led', async () => {
    const { supervisor, forked, time } = supervise();
    await supervisor.start();
    forked[0]?.die({ code: 1, signal: null });
    await turns();
    await time.advance(1_000);
    await turns();
    expect(forked[2]?.done).toEqual(['start 0', 'settle', 'lead', 'settle']);
    await supervisor.close();
  });

  test('again and again, with nobody else serving, ends the server', async () => {
    let healthy = true;
    const { supervisor, forked, time } = supervise(1, () => {
      if (!healthy) refuse();
    });
    await supervisor.start();
    healthy = false;
    const failed = supervisor.failed.catch((error: unknown) => error);
    forked[0]?.die({ code: 1, signal: null });
    for (let step = 0; step < 40; step++) {
      await turns(8);
      await time.advance(1_000);
    }
    expect(await failed).toMatchObject({ code: 'workers_failed' });
    expect(forked.length).toBeLessThanOrEqual(6);
    await supervisor.close();
  });

  test('with all others at once: the next ones take the same port', async () => {
    const { supervisor, forked, ports, time } = supervise();
    await supervisor.start();
    for (const worker of forked.slice(0, 2)) worker.die({ code: null, signal: 'SIGKILL' });
    await turns();
    await time.advance(5_000);
    await turns();
    expect(ports).toEqual([0, 0, 4000, 4000]);
    await supervisor.close();
  });

  test('leaves behind what it counted', async () => {
    const { supervisor, forked, time } = supervise(3);
    await supervisor.start();
    const ask = () => forked[0]?.fellows?.allMetrics();
    // The last is the primary's own.
    expect(await ask()).toHaveLength(4);
    forked[2]?.die({ code: null, signal: 'SIGKILL' });
    await turns();
    expect(await ask()).toHaveLength(4);
    await time.advance(1_000);
    await turns();
    expect(await ask()).toHaveLength(5);
    await supervisor.close();
  });

  test('is counted, and so is who takes its place; who leaves as told is no crash', async () => {
    const { supervisor, forked, time } = supervise(2);
    await supervisor.start();
    const counts = async () => {
      const snapshots = (await forked.at(-1)?.fellows?.allMetrics()) ?? [];
      return (await renderMerged(snapshots)).split('\n').filter((line) => /^narae_worker/.test(line));
    };
    expect(await counts()).toEqual([
      'narae_worker_restarts_total{reason="crash"} 0',
      'narae_worker_restarts_total{reason="reload"} 0',
      'narae_workers_serving 2',
      'narae_workers_configured 2',
    ]);
    forked[0]?.die({ code: null, signal: 'SIGKILL' });
    await turns();
    expect(await counts()).toContain('narae_workers_serving 1');
    await time.advance(1_000);
    await turns();
    forked[2]?.die({ code: 7, signal: null });
    await turns();
    await time.advance(2_000);
    await turns();
    await supervisor.reload(configWith(0, 2));
    await turns();
    expect(await counts()).toEqual([
      'narae_worker_exits_total{worker="0",cause="SIGKILL"} 1',
      'narae_worker_exits_total{worker="0",cause="exit 7"} 1',
      'narae_worker_restarts_total{reason="crash"} 2',
      'narae_worker_restarts_total{reason="reload"} 2',
      'narae_workers_serving 2',
      'narae_workers_configured 2',
    ]);
    await supervisor.close();
  });
});

describe('a reload', () => {
  test('has each new worker serve before the old one hands over; the lead goes on', async () => {
    const { supervisor, forked } = supervise();
    await supervisor.start();
    await turns();
    await supervisor.reload(configWith(0, 2));
    await turns();
    expect(forked[0]?.done.slice(-2)).toEqual(['resign', 'close hand-over']);
    expect(forked[2]?.done).toContain('lead');
    expect(forked[1]?.done.at(-1)).toBe('close hand-over');
    expect(forked.map(({ isAlive }) => isAlive)).toEqual([false, false, true, true]);
    await supervisor.close();
  });

  test('that a worker does not survive keeps the old ones and their configuration', async () => {
    const { supervisor, forked, ports, time } = supervise(2, (_, { server }) => {
      if (server.port === 5000) refuse();
    });
    await supervisor.start();
    await expect(supervisor.reload(configWith(5000, 2))).rejects.toMatchObject({ code: 'port_in_use' });
    await turns();
    expect(forked.map(({ isAlive }) => isAlive)).toEqual([true, true, false]);
    forked[1]?.die({ code: 1, signal: null });
    await turns();
    await time.advance(1_000);
    await turns();
    expect(ports.at(-1)).toBe(0);
    await supervisor.close();
  });

  test('changes the number of workers', async () => {
    const { supervisor, forked } = supervise(2);
    await supervisor.start();
    await supervisor.reload(configWith(0, 3));
    const living = () => forked.filter(({ isAlive }) => isAlive).length;
    expect(living()).toBe(3);
    await supervisor.reload(configWith(0, 1));
    expect(living()).toBe(1);
    await supervisor.close();
  });
});

test('uploads go to the worker that leads; without one they are told to come back', async () => {
  const { supervisor, forked } = supervise();
  await supervisor.start();
  await turns();
  const upload = () => forked[1]?.fellows?.ingestUploads([], { tenant: 't', collection: 'c' });
  expect(await upload()).toEqual({ version: 7 });
  expect(forked[0]?.done).toContain('upload');
  forked[0]?.die({ code: 1, signal: null });
  await turns();
  await expect(upload()).rejects.toMatchObject({ code: 'worker_failed', status: 503, retryAfterSeconds: 1 });
  await supervisor.close();
});

test('closing tells everybody to stop, and to cut off when asked', async () => {
  const { supervisor, forked } = supervise();
  await supervisor.start();
  supervisor.cutOff();
  await supervisor.close();
  for (const { done } of forked) expect(done).toEqual(expect.arrayContaining(['cut off', 'close stop']));
});
