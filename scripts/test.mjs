// `npm test`: everything, on a clean checkout. Installs, builds, checks, then runs unit, integration and browser tests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ensureBuilt, ensureInstalled, run, runTool } from './steps.mjs';

ensureInstalled();
ensureBuilt({ bench: true });
ensureChromium();
ensureRedis();
runTool('biome', ['check', '.']);
runTool('tsc', ['-p', 'tsconfig.json']);
runTool('tsc', ['-p', 'web/tsconfig.json']);
runTool('vitest', ['run', ...process.argv.slice(2)]);

/** The browser tests drive the system's Chromium; on Debian it is installed here when missing. */
function ensureChromium() {
  const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  if (process.env.CHROMIUM_PATH || candidates.some(existsSync)) return;
  installFromDebian({
    purpose: 'The browser tests need Chromium',
    packages: ['chromium', 'fonts-noto-cjk'],
    override: 'CHROMIUM_PATH',
  });
}

/** The tests of caches, threads and leases run on a real redis-server, each on its own port. */
function ensureRedis() {
  const candidates = [
    '/usr/bin/redis-server',
    '/usr/local/bin/redis-server',
    '/opt/homebrew/bin/redis-server',
  ];
  if (process.env.REDIS_SERVER_PATH || candidates.some(existsSync)) return;
  installFromDebian({
    purpose: 'The tests need redis-server',
    packages: ['redis-server'],
    override: 'REDIS_SERVER_PATH',
  });
}

function installFromDebian({ purpose, packages, override }) {
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!canInstall) {
    console.error(
      `${purpose}. Install it (Debian: apt-get install ${packages.join(' ')}) or set ${override}.`,
    );
    process.exit(1);
  }
  console.log(`${purpose}: installing ${packages.join(' and ')} …`);
  run('apt-get', ['update', '-qq'], { quiet: true });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    quiet: true,
    // A server that is installed for tests must not start as a service.
    env: { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
}
