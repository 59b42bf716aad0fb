import { describe, expect, it } from 'vitest';
import { JobQueue } from './job-queue.js';

/** A job that ends when told to, and notes when it began. */
function controlled(log: string[], name: string) {
  let end = (): void => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  const job = async (): Promise<string> => {
    log.push(name);
    await done;
    return name;
  };
  return { job, end };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('JobQueue', () => {
  it('runs one job a key and no more than allowed, the others in order', async () => {
    const queue = new JobQueue({ maxParallel: 2, maxWaiting: 10 });
    const log: string[] = [];
    const jobs = ['a1', 'a2', 'b1', 'c1'].map((name) => ({ name, ...controlled(log, name) }));
    const results = jobs.map(({ name, job }) => queue.run(name[0] ?? '', job, undefined));
    await settle();
    expect(log).toEqual(['a1', 'b1']);
    jobs[2]?.end();
    await settle();
    expect(log).toEqual(['a1', 'b1', 'c1']);
    for (const { end } of jobs) end();
    expect(await Promise.all(results)).toEqual(['a1', 'a2', 'b1', 'c1']);
    expect(log.at(-1)).toBe('a2');
  });

  it('refuses more than may wait, and lets an aborted one leave', async () => {
    const queue = new JobQueue({ maxParallel: 1, maxWaiting: 1 });
    const first = controlled([], 'first');
    const running = queue.run('k', first.job, undefined);
    const controller = new AbortController();
    const waiting = queue.run('k', first.job, controller.signal);
    await expect(queue.run('k', first.job, undefined)).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterSeconds: 10,
    });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    const next = queue.run('k', async () => 'next', undefined);
    first.end();
    expect(await running).toBe('first');
    expect(await next).toBe('next');
  });

  it('goes on after a job that failed', async () => {
    const queue = new JobQueue({ maxParallel: 1, maxWaiting: 1 });
    const failing = queue.run('k', () => Promise.reject(new Error('no')), undefined);
    const next = queue.run('k', async () => 1, undefined);
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe(1);
  });

  it('waits for what runs and refuses what waits on close', async () => {
    const queue = new JobQueue({ maxParallel: 1, maxWaiting: 1 });
    const first = controlled([], 'first');
    const running = queue.run('k', first.job, undefined);
    const waiting = expect(queue.run('k', first.job, undefined)).rejects.toMatchObject({ code: 'closing' });
    const closing = queue.close();
    await waiting;
    first.end();
    await closing;
    expect(await running).toBe('first');
    await expect(queue.run('k', first.job, undefined)).rejects.toMatchObject({ code: 'closing' });
  });
});
