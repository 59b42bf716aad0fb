import type { ErrorKind, LoadReport } from '../../lab/index.js';
import { count, duration } from '../numbers.js';
import { megabytes, perSecond, shapeText, TIME_COLUMNS, timeCells, timeRows } from './format.js';
import { warnings } from './warnings.js';

const NAME_WIDTH = 14;
const CELL_WIDTH = 11;

/** A report as aligned lines for a terminal. */
export function reportLines(report: LoadReport): string[] {
  return [
    `${report.target.baseUrl} · ${report.target.model} · ${shapeText(report)} · ${duration(report.elapsedMs)}`,
    row('requests', requestsText(report)),
    ...failureLines(report),
    row('throughput', throughputText(report)),
    '',
    row('', TIME_COLUMNS.map((name) => name.padStart(CELL_WIDTH)).join('')),
    ...timeRows(report).map(([name, times]) =>
      row(
        name,
        timeCells(times)
          .map((cell) => cell.padStart(CELL_WIDTH))
          .join(''),
      ),
    ),
    '',
    ...serverLines(report),
    row('generator', cpuText(report.generator.cpuMs, report.generator.cpuShare)),
    ...warnings(report).map((text) => `! ${text}`),
  ];
}

export function requestsText({ requests }: LoadReport): string {
  const failed = requests.failed === 0 ? '' : `, ${count(requests.failed)} failed`;
  return `${count(requests.ok)} complete${failed}, at most ${count(requests.peakInFlight)} at once`;
}

export function throughputText({ throughput }: LoadReport): string {
  const { requestsPerSecond, tokensPerSecond, bytesPerSecond } = throughput;
  return `${perSecond(requestsPerSecond)} requests/s, ${perSecond(tokensPerSecond)} tokens/s, ${megabytes(bytesPerSecond)}/s`;
}

export function failureText({
  error,
  status,
  message,
  count: times,
}: LoadReport['failures'][number]): string {
  const kind: ErrorKind = error;
  return `${count(times)} × ${kind}${status === undefined ? '' : ` ${status}`}: ${message}`;
}

export function cpuText(cpuMs: number, share: number): string {
  return `${count(Math.round(cpuMs))} ms of CPU (${Math.round(share * 100)} % of a core)`;
}

export function memoryText({
  rssStartBytes,
  rssEndBytes,
  rssPeakBytes,
  processes,
}: NonNullable<LoadReport['server']>): string {
  const tree = processes === 1 ? '' : `, ${count(processes)} processes`;
  return `memory ${megabytes(rssStartBytes)} → ${megabytes(rssEndBytes)}, at most ${megabytes(rssPeakBytes)}${tree}`;
}

function failureLines({ failures }: LoadReport): string[] {
  return failures.map((failure) => row('', failureText(failure)));
}

function serverLines({ server }: LoadReport): string[] {
  if (!server) return [];
  const perRequest = `${server.cpuMsPerRequest.toFixed(2)} ms a request`;
  const name = `server ${server.pid}`;
  return [row(name, `${cpuText(server.cpuMs, server.cpuShare)}, ${perRequest}`), row('', memoryText(server))];
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(NAME_WIDTH)}${value}`.trimEnd();
}
