// `npm test`: everything, on a clean checkout. Installs, builds, checks, then runs unit, integration and browser tests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ensureBuilt, ensureInstalled, run, runTool } from './steps.mjs';

ensureInstalled();
ensureBuilt({ bench: true });
ensureChromium();
runTool('biome', ['check', '.']);
runTool('tsc', ['-p', 'tsconfig.json']);
runTool('tsc', ['-p', 'web/tsconfig.json']);
runTool('vitest', ['run', ...process.argv.slice(2)]);

/** The browser tests drive the system's Chromium; on Debian it is installed here when missing. */
function ensureChromium() {
  const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  if (process.env.CHROMIUM_PATH || candidates.some(existsSync)) return;
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!canInstall) {
    console.error(
      'The browser tests need Chromium. Install it (Debian: apt-get install chromium fonts-noto-cjk) or set CHROMIUM_PATH.',
    );
    process.exit(1);
  }
  console.log('Installing Chromium for the browser tests …');
  run('apt-get', ['update', '-qq'], { quiet: true });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], {
    quiet: true,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}
