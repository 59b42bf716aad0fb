import { allOf, type PhaseSettings, type Section, table } from '../phase.js';
import { commandsOfATurn } from './commands.js';
import { COST_HEAD, measureCosts, measureManyAtOnce } from './costs.js';
import { measureSizes, SIZE_HEAD } from './sizes.js';

/** Scripts: one for the load with its lease, one for the save that gives it back. */
const SCRIPTS_OF_A_TURN = 2;

/** Bytes and milliseconds of a conversation, by store. */
export async function storesPhase(settings: PhaseSettings): Promise<Section> {
  const sizes = await measureSizes(settings);
  const alone = await measureCosts(settings);
  const many = await measureManyAtOnce(settings);
  const commands = await commandsOfATurn(settings.redis);
  const scripts = commands.filter((name) => name.startsWith('thread-')).length;
  return {
    title: 'Threads',
    body: `Turns of 2 KB (a question of 200 bytes and its answer, from the guides in Korean and English, or random letters of 6 bits a byte), as an answer handles them: load the last 10 with the lease, save and give it back. Times are p50 / p95.

${table(SIZE_HEAD, sizes.rows)}

${table(COST_HEAD, [...alone.rows, ...many.rows])}

One turn sends Redis ${commands.map((name) => `\`${name}\``).join(', ')}: what leaves in one tick is one round trip, so one for the load and one for the save.`,
    verdicts: [
      ...sizes.verdicts,
      ...alone.verdicts,
      ...many.verdicts,
      allOf(
        'threads, Redis: round trips of a turn (load, save) that are single scripts',
        scripts,
        SCRIPTS_OF_A_TURN,
      ),
    ],
  };
}
