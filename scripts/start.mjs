// `npm start [-- folder and flags]`: the only command a fresh clone needs.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './steps.mjs';

ensureInstalled();
ensureBuilt();
stopWithNpm();
// npm runs scripts from the project's folder; a relative path means the folder where the user stands.
process.chdir(process.env.INIT_CWD ?? process.cwd());
process.argv = [process.argv[0], join(root, 'dist/bin/narae.js'), 'serve', ...process.argv.slice(2)];
await import('../dist/bin/narae.js');

/** A signal to npm ends npm and its shell, which pass it to nobody: the server would stay behind, holding the port. */
function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
