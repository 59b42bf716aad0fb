/** Generated regions: file below the project, then name, then text. */
export function renderRegions(tables: {
  readonly configKeys: readonly object[];
  readonly errorTable: object;
  readonly exitCodes: object;
  readonly flow: string;
  readonly metrics: readonly object[];
  readonly workerMetrics: readonly object[];
  readonly commands: readonly object[];
}): Record<string, Record<string, string>>;

export function replaceRegion(text: string, name: string, content: string): string;
