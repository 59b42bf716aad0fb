import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { ProcessMeter } from './process-meter.js';

it('says that it needs Linux elsewhere', () => {
  expect(() => new ProcessMeter(process.pid, 'darwin')).toThrow(
    '--pid needs Linux (/proc); this is darwin. Leave it out.',
  );
});

it.runIf(process.platform === 'linux')('measures CPU from its construction', () => {
  const meter = new ProcessMeter(process.pid);
  const before = meter.usage();
  const atMicros = process.cpuUsage().user;
  // Linux counts in steps of 10 ms.
  while (process.cpuUsage().user < atMicros + 60_000);
  const after = meter.usage();
  expect(after.cpuMs).toBeGreaterThan(before.cpuMs);
  expect(after.rssPeakBytes).toBeGreaterThanOrEqual(after.rssEndBytes);
  expect(after.rssEndBytes).toBeGreaterThan(10 * 1024 * 1024);
  expect(after.hasEnded).toBe(false);
  // Anew: what was used before does not count.
  meter.begin();
  expect(meter.usage().cpuMs).toBeLessThan(after.cpuMs);
});

it.runIf(process.platform === 'linux')('says that a process has ended, and keeps what it used', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const meter = new ProcessMeter(child.pid as number);
  child.kill();
  await once(child, 'exit');
  const usage = meter.usage();
  expect(usage.hasEnded).toBe(true);
  expect(usage.rssEndBytes).toBe(usage.rssStartBytes);
});
