/** What runs need to know of the parts that they carry. */
export interface PartCodec<Part> {
  /** About, in memory; for the bounds of logs. */
  bytesOf(part: Part): number;
  /** As plain data for another node, and back. Default: as it is. */
  readonly encode?: (part: Part) => unknown;
  readonly decode?: (data: unknown) => Part;
}
