import { type Prepared, prepare } from './prepare.js';
import { retrieve } from './retrieve.js';
import type { Run } from './run.js';
import { type Prompt, writePrompt } from './write-prompt.js';

/** prepare ▸ retrieve ▸ write the prompt. `given` is what was prepared before. */
export async function promptFor(run: Run, given?: Prepared): Promise<Prompt> {
  const prepared = await prepare(run, given);
  const evidence = await retrieve(run, prepared);
  return writePrompt(run, prepared, evidence);
}
