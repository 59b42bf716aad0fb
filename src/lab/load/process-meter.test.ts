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
});
