import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BackgroundTasks } from './background.js';

function tasks(maxTasks?: number) {
  const failures: string[] = [];
  const options = { onFailure: (name: string) => void failures.push(name) };
  const background = new BackgroundTasks({ ...options, ...(maxTasks !== undefined && { maxTasks }) });
  return { background, failures };
}

test('closing waits for what was taken, and takes nothing more', async () => {
  const { background } = tasks();
  let done = false;
  const began = background.run('slow', async () => {
    await sleep(30);
    done = true;
  });
  expect([began, done]).toEqual([true, false]);
  await background.drain(5_000);
  expect([done, background.size]).toEqual([true, 0]);
  expect(background.run('late', async () => {})).toBe(false);
});

test('what does not end in time is told to stop', async () => {
  const { background, failures } = tasks();
  let reason: unknown;
  background.run('endless', async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    reason = signal.reason;
    throw reason;
  });
  await background.drain(10);
  expect(reason).toMatchObject({ code: 'closing' });
  expect([background.size, failures]).toEqual([0, []]);
});

test('a failure is heard of and ends nothing else', async () => {
  const { background, failures } = tasks();
  let other = false;
  background.run('broken', () => Promise.reject(new Error('x')));
  background.run('thrower', () => {
    throw new Error('y');
  });
  background.run('other', async () => {
    other = true;
  });
  await background.drain(1_000);
  expect([failures.sort(), other]).toEqual([['broken', 'thrower'], true]);
});

test('there are never more than allowed', async () => {
  const { background } = tasks(2);
  const wait = () => sleep(20);
  expect([1, 2, 3].map(() => background.run('wait', wait))).toEqual([true, true, false]);
  await background.drain(1_000);
});
