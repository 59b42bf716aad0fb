import type { LogLine } from './log-lines.js';

/** Writes lines as JSON objects, one a line. `worker` is the number of the process, where there are several. */
export function jsonLines(worker: number | undefined): (line: LogLine) => string {
  const place = worker === undefined ? '' : `"worker":${worker},`;
  return ({ level, event, fields, message }) => {
    const start = `{"level":"${level}","time":"${new Date().toISOString()}",${place}"event":"${event}"`;
    return `${start}${fieldsJson(fields)},"msg":${JSON.stringify(message)}}\n`;
  };
}

/** Each with the comma before it, put together by hand: every request writes such a line. */
function fieldsJson(fields: object): string {
  let text = '';
  for (const name in fields) {
    const value = JSON.stringify(rounded(fields[name as keyof typeof fields]));
    if (value !== undefined && name !== 'type') text += `,${JSON.stringify(name)}:${value}`;
  }
  return text;
}

/** Durations to a tenth of a millisecond: more digits are noise. */
function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 10) / 10 : value;
}
