/** One phase in its own process: `phase.js build|search <dataDir> <chunks>`; the result goes to the parent as a message. */
import { build } from './build-phase.js';
import { search } from './search-phase.js';

const [phase, dataDir, chunks] = process.argv.slice(2) as [string, string, string];
const run = phase === 'build' ? build : search;
process.send?.(await run(dataDir, Number(chunks)));
process.disconnect?.();
