import { type ErrorData, errorFromData, errorToData } from '../../core/index.js';
import type { PartCodec } from '../../threads/index.js';
import { bytesOfPart } from '../recall/index.js';
import type { RunPart } from './spec.js';

const GRAPH_EVENT_BYTES = 128;

/** Parts as runs carry them to other nodes: all are plain data but errors. */
export const RUN_PART_CODEC: PartCodec<RunPart> = {
  bytesOf(part) {
    if (part.type === 'turn') return GRAPH_EVENT_BYTES;
    if (part.type !== 'graph-event') return bytesOfPart(part);
    return GRAPH_EVENT_BYTES + 2 * part.data.length;
  },
  encode: (part) => (part.type === 'error' ? { ...part, error: errorToData(part.error) } : part),
  decode(data) {
    const part = data as RunPart;
    if (part.type !== 'error') return part;
    return { ...part, error: errorFromData(part.error as unknown as ErrorData) };
  },
};
