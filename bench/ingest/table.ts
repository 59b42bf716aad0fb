export interface Row {
  readonly what: string;
  readonly documents: string;
  readonly chunks: string;
  readonly embedded: string;
  readonly reused: string;
  readonly seconds: string;
  readonly cpuSeconds: string;
  readonly rate: string;
  readonly peak: string;
}

const HEADINGS: Row = {
  what: 'run',
  documents: 'documents read',
  chunks: 'chunks in the index',
  embedded: 'embedded',
  reused: 'kept',
  seconds: 'seconds',
  cpuSeconds: 'CPU seconds',
  rate: 'chunks per CPU second',
  peak: 'peak RSS, MB',
};

/** Rows as a Markdown table. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (row: Row): string => `| ${Object.values(row).join(' | ')} |`;
  const rule = `| --- |${' ---: |'.repeat(Object.keys(HEADINGS).length - 1)}`;
  return [line(HEADINGS), rule, ...rows.map(line)].join('\n');
}
