// Renders the generated parts of the documentation from the code's own tables. Pure: `docs.mjs` writes, a test compares.
import { KOREAN_DESCRIPTIONS } from './docs-ko.mjs';

/** Keys in the short tables of the READMEs; the reference pages hold all. */
const MAIN_KEYS = [
  'ingest.folder',
  'server.port',
  'server.host',
  'server.apiKeys',
  'server.workers',
  'data.dir',
  'ingest.collection',
  'ingest.watch',
  'ingest.chunkTokens',
  'embedder.provider',
  'embedder.baseUrl',
  'embedder.model',
  'retrieval.k',
  'retrieval.fusion',
  'retrieval.contextTokens',
  'llm.provider',
  'llm.baseUrl',
  'llm.model',
  'llm.apiKey',
  'llm.models',
  'answer.footnotes',
  'log.level',
];

const HEADERS = {
  en: ['key', 'meaning', 'default', 'variable', 'flag'],
  ko: ['키', '뜻', '기본값', '환경 변수', '플래그'],
};

/** Generated regions by file, then by name. `tables` are CONFIG_KEYS, ERROR_TABLE, EXIT_CODES, COMMANDS, the metrics and the answer flow as Mermaid. */
export function renderRegions(tables) {
  const main = tables.configKeys.filter(({ key }) => MAIN_KEYS.includes(key));
  return {
    'README.md': { config: configTable(main, 'en'), commands: commandTable(tables) },
    'README.ko.md': { config: configTable(main, 'ko') },
    'docs/reference/configuration.md': { config: configSections(tables.configKeys, 'en') },
    'docs/reference/configuration.ko.md': { config: configSections(tables.configKeys, 'ko') },
    'docs/reference/architecture.md': { flow: `\n\`\`\`mermaid\n${tables.flow.trim()}\n\`\`\`\n` },
    'docs/reference/metrics.md': {
      metrics: metricTable(tables.metrics),
      'worker-metrics': metricTable(tables.workerMetrics),
    },
    'docs/reference/errors.md': { errors: errorTable(tables.errorTable) },
    'docs/reference/cli.md': {
      commands: commandSections(tables),
      'exit-codes': exitCodeTable(tables.exitCodes),
    },
  };
}

/** Puts a region's text between its marks. Throws when the file has no such marks. */
export function replaceRegion(text, name, content) {
  const open = `<!-- generated:${name} (npm run docs) -->`;
  const close = `<!-- /generated:${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new Error(`no region "${name}"`);
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}

function configSections(keys, language) {
  const sections = [...new Set(keys.map(({ key }) => key.split('.')[0]))];
  return sections
    .map((section) => {
      const own = keys.filter(({ key }) => key.startsWith(`${section}.`));
      return `\n## ${section}\n\n${configTable(own, language)}`;
    })
    .join('\n');
}

function configTable(keys, language) {
  const rows = keys.map((key) => [
    code(key.key),
    language === 'ko' ? (KOREAN_DESCRIPTIONS[key.key] ?? '') : key.description,
    key.default === undefined ? '–' : code(JSON.stringify(key.default)),
    code(key.variable),
    key.flag === undefined ? '–' : [key.short, key.flag].filter(Boolean).map(code).join(' '),
  ]);
  return table(HEADERS[language], rows);
}

function errorTable(errors) {
  const rows = Object.entries(errors).map(([name, { status, retryable, message }]) => [
    code(name),
    String(status),
    retryable ? 'yes' : 'no',
    message,
  ]);
  return table(['code', 'status', 'retry', 'message and remedy'], rows);
}

function metricTable(metrics) {
  const rows = metrics.map(({ name, type, labels, help }) => [
    code(name),
    type,
    labels.map(code).join(' ') || '–',
    help,
  ]);
  return table(['metric', 'type', 'labels', 'meaning'], rows);
}

function exitCodeTable(exitCodes) {
  const rows = Object.values(exitCodes).map(({ code: number, meaning }) => [String(number), meaning]);
  return table(['exit code', 'meaning'], rows);
}

function commandTable({ commands }) {
  return table(
    ['command', 'what it does'],
    commands.map((command) => [code(usage(command)), command.summary]),
  );
}

function commandSections({ commands, configKeys }) {
  return commands.map((command) => commandSection(command, configKeys)).join('\n');
}

function commandSection(command, configKeys) {
  const own = (command.options ?? []).map(({ flags, description, choices }) => [
    code(flags),
    choices ? `${description}: ${choices.join(', ')}` : description,
  ]);
  const shown = configKeys
    .filter(({ key }) => command.shownKeys.includes(key))
    .map(({ key, flag, short, variable }) => [
      // Keys that hold a secret have no flag.
      [short, flag ?? variable].filter(Boolean).map(code).join(' '),
      `sets ${code(key)}`,
    ]);
  const options = table(
    ['option', 'meaning'],
    [...own, ...shown, [code('--config <file>'), 'configuration file']],
  );
  const examples = ['```sh', ...command.examples, '```'].join('\n');
  return `\n## ${code(usage(command))}\n\n${command.summary}.\n\n${options}\n\n${examples}\n`;
}

function usage({ name, takesFolder, arguments: args = [] }) {
  return ['narae', name, ...(takesFolder ? ['[folder]'] : []), ...args.map((argument) => argument.name)].join(
    ' ',
  );
}

function table(headers, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headers), line(headers.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text) {
  return `\`${text}\``;
}
