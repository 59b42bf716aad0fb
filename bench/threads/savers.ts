/** `npm run bench:savers`: see `savers/README.md`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CONTENDERS } from './savers/contenders.js';
import { measure } from './savers/measure.js';
import { RedisServer } from './savers/redis-server.js';
import { type Row, render } from './savers/report.js';

const REPORT = fileURLToPath(new URL('../../docs/reference/savers.md', import.meta.url));

const redis = await RedisServer.start();
try {
  const rows: Row[] = [];
  for (const contender of CONTENDERS) {
    console.error(`${contender.name} …`);
    rows.push({ name: contender.name, ...(await measure(contender, redis)) });
  }
  const report = render(rows);
  console.log(report);
  writeFileSync(REPORT, report);
} finally {
  await redis.stop();
}
