import type { LoadReport } from '../../lab/index.js';
import { duration } from '../numbers.js';
import { shapeText, TIME_COLUMNS, timeCells, timeRows } from './format.js';
import { cpuText, failureText, memoryText, requestsText, throughputText } from './text.js';
import { warnings } from './warnings.js';

/** A report as Markdown: a sentence, a table of times, a list of the rest. */
export function reportMarkdown(report: LoadReport): string {
  const { target, startedAt, elapsedMs } = report;
  return [
    `**${target.model}** at ${target.baseUrl}: ${shapeText(report)}, ${duration(elapsedMs)}, ${startedAt}.`,
    '',
    line(['', ...TIME_COLUMNS]),
    line(['---', ...TIME_COLUMNS.map(() => '---:')]),
    ...timeRows(report).map(([name, times]) => line([name, ...timeCells(times)])),
    '',
    `- Requests: ${requestsText(report)}`,
    ...report.failures.map((failure) => `  - ${plain(failureText(failure))}`),
    `- Throughput: ${throughputText(report)}`,
    ...serverItems(report),
    `- Generator: ${cpuText(report.generator.cpuMs, report.generator.cpuShare)}`,
    ...warnings(report).map((text) => `- **${plain(text)}**`),
    '',
  ].join('\n');
}

function serverItems({ server }: LoadReport): string[] {
  if (!server) return [];
  const perRequest = `${server.cpuMsPerRequest.toFixed(2)} ms a request`;
  return [`- Server: ${cpuText(server.cpuMs, server.cpuShare)}, ${perRequest}; ${memoryText(server)}`];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A failure's words are the server's: nothing in them may become markup. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|]/g, '\\$&');
}
