import type { LoadedConfig } from '../../config/index.js';
import { NaraeError, newId, throwIfAborted } from '../../core/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import { AnswerPrinter } from '../answer-printer.js';
import { type CommandContext, type CommandDefinition, type CommandInput, OK } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import { collectionToAsk, withParts } from '../parts.js';
import { askServer } from '../remote/ask.js';

export const askCommand: CommandDefinition = {
  name: 'ask',
  summary: 'Answer a question from what is indexed, with sources; needs no running server',
  arguments: [{ name: '<question>', description: 'The question, in quotes' }],
  options: [
    { flags: '--model <name>', description: 'One of the configured models' },
    {
      flags: '--server <url>',
      description: 'Ask a running server instead; sends the first of server.apiKeys',
    },
    {
      flags: '--thread <id>',
      description: 'Ask on a conversation that is kept; a new id makes one',
    },
    { flags: '--json', description: 'Print answer and sources as JSON when complete' },
  ],
  shownKeys: ['data.dir', 'ingest.collection', 'retrieval.k', 'llm.provider', 'llm.baseUrl'],
  examples: [
    'narae ask "How do I deploy?"',
    'narae ask "환불은 며칠 걸리나요?" -k 4',
    'narae ask "And for contractors?" --thread leave',
    'narae ask "Who is on call?" --server http://127.0.0.1:8000 --json',
  ],
  run: ask,
};

async function ask(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const question = String(input.question ?? '').trim();
  if (question === '') throw new NaraeError('empty_question', { field: 'question' });
  const { terminal, interrupted } = context;
  const signal = AbortSignal.any([interrupted, terminal.outputClosed]);
  const model = typeof input.model === 'string' ? { model: input.model } : {};
  const printer = new AnswerPrinter(terminal, input.json === true ? 'json' : 'text');
  const thread = typeof input.thread === 'string' ? { thread: input.thread } : {};
  const request = { question, ...model, ...thread };
  if (typeof input.server === 'string') {
    const remote = { ...request, ...remoteScope(context.loaded), config: context.loaded.config };
    await print(printer, askServer(input.server, remote, signal), signal);
  } else {
    await askHere(context, request, printer, signal);
  }
  return OK;
}

/** Where to look on a server: only what was asked for, since a server has defaults of its own. */
function remoteScope({ config, entries }: LoadedConfig): { collection?: string; k?: number } {
  const isSaid = (key: string): boolean =>
    entries.some((entry) => entry.key === key && entry.origin.kind !== 'default');
  return {
    ...(isSaid('ingest.collection') && { collection: config.ingest.collection }),
    ...(isSaid('retrieval.k') && { k: config.retrieval.k }),
  };
}

async function askHere(
  context: CommandContext,
  { question, thread, ...model }: { question: string; model?: string; thread?: string },
  printer: AnswerPrinter,
  signal: AbortSignal,
): Promise<void> {
  await withParts(context, async (parts, config) => {
    const request = {
      requestId: newId('req'),
      tenant: parts.tenant,
      ...model,
      messages: [{ role: 'user', content: question }],
      retrieval: { enabled: true, collection: await collectionToAsk(parts, config), k: config.retrieval.k },
      parameters: {},
    } as const;
    const stream =
      thread === undefined
        ? parts.flow.answer(request, signal)
        : (await parts.conversations.answer({ request, thread, create: true }, signal)).stream;
    await print(printer, stream.parts, signal);
  });
}

async function print(
  printer: AnswerPrinter,
  batches: AsyncIterable<readonly AnswerPart[]>,
  signal: AbortSignal,
): Promise<void> {
  for await (const batch of batches) {
    for (const part of batch) printer.print(part);
  }
  throwIfAborted(signal);
  printer.end();
}
