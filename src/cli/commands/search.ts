import { NaraeError } from '../../core/index.js';
import type { Passage, SearchMode } from '../../retrieval/spec.js';
import { type CommandContext, type CommandDefinition, type CommandInput, OK } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import { collectionToAsk, withParts } from '../parts.js';
import type { Terminal } from '../terminal.js';

const MODES = ['hybrid', 'vector', 'keyword'] as const satisfies readonly SearchMode[];
const EXCERPT_CHARACTERS = 300;

export const searchCommand: CommandDefinition = {
  name: 'search',
  summary: 'Show the passages that fit a query best, with their scores',
  arguments: [{ name: '<query>', description: 'Words or a question, in quotes' }],
  options: [
    { flags: '--mode <mode>', description: 'How to search (default: hybrid)', choices: MODES },
    { flags: '--json', description: 'Print passages as JSON, with their whole text' },
  ],
  shownKeys: ['retrieval.k', 'retrieval.minScore', 'data.dir', 'ingest.collection'],
  examples: [
    'narae search "connection pool"',
    'narae search "환불 규정" -k 3 --mode keyword',
    'narae search x --json',
  ],
  run: search,
};

async function search(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const query = String(input.query ?? '').trim();
  if (query === '') throw new NaraeError('empty_question', { field: 'query' });
  const { terminal, interrupted } = context;
  const signal = AbortSignal.any([interrupted, terminal.outputClosed]);
  await withParts(context, async (parts, config) => {
    const { results, mode } = await parts.retriever.search({
      tenant: parts.tenant,
      collection: await collectionToAsk(parts, config),
      queries: [query],
      k: config.retrieval.k,
      mode: (input.mode as SearchMode | undefined) ?? 'hybrid',
      minScore: config.retrieval.minScore,
      signal,
    });
    const passages = results[0] ?? [];
    if (input.json === true) terminal.out(`${JSON.stringify({ mode, results: passages }, undefined, 2)}\n`);
    else printPassages(terminal, passages);
  });
  return OK;
}

function printPassages(terminal: Terminal, passages: readonly Passage[]): void {
  if (passages.length === 0) terminal.note('Nothing fits. Try other words, or --mode keyword.');
  for (const [index, { source, headings, score, text }] of passages.entries()) {
    const place = terminal.style('bold', [source, ...headings].join(' › '));
    terminal.out(`${index + 1}. ${place}  ${terminal.style('dim', score.toFixed(3))}\n`);
    terminal.out(`   ${excerpt(text)}\n\n`);
  }
}

/** The beginning of a text on one line, cut between code points. */
function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= EXCERPT_CHARACTERS) return line;
  return `${characters.slice(0, EXCERPT_CHARACTERS).join('')} …`;
}
