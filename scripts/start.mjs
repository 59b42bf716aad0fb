// `npm start [-- folder and flags]`: the only command a fresh clone needs.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './steps.mjs';

ensureInstalled();
ensureBuilt();
// npm runs scripts from the project's folder; a relative path means the folder where the user stands.
process.chdir(process.env.INIT_CWD ?? process.cwd());
process.argv = [process.argv[0], join(root, 'dist/bin/narae.js'), 'serve', ...process.argv.slice(2)];
await import('../dist/bin/narae.js');
