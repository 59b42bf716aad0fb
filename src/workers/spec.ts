import type { Config, Served } from '../config/index.js';
import type { ErrorData } from '../core/index.js';
import type { IngestProgress, IngestReport, Upload } from '../ingest/spec.js';
import type { MetricSnapshot } from '../observe/index.js';

/** The first thing that a worker hears. */
export interface StartOrder {
  readonly config: Config;
  /** Number of the worker, from 0. */
  readonly worker: number;
  /** What the first worker chose; absent for that one. */
  readonly served?: Served;
  /** True where some worker has brought the folder in already. */
  readonly indexed: boolean;
}

/** How a worker leaves; see `Leave` in the http room. */
export type LeaveOrder = 'stop' | 'hand-over';

export interface UploadOrder {
  readonly uploads: readonly Upload[];
  readonly tenant: string;
  readonly collection: string;
}

export interface LeaseOrder {
  readonly name: string;
  /** The worker's own number for it. */
  readonly token: number;
  /** False: only if nobody holds it. */
  readonly waits: boolean;
}

/** What a worker is told and asked by the primary. */
export type WorkerHears = {
  readonly news: {
    readonly start: StartOrder;
    /** Lead from now on: index, watch, change embedders. */
    readonly lead: undefined;
    /** The leading worker has brought the folder in. */
    readonly indexed: undefined;
    readonly leave: LeaveOrder;
    /** Cut off what is under way, now. */
    readonly cutOff: undefined;
  };
  readonly calls: {
    /** Lead no more; answered once the index is let go. */
    readonly resign: { readonly input: undefined; readonly output: undefined };
    readonly upload: { readonly input: UploadOrder; readonly output: IngestReport };
    readonly metrics: { readonly input: undefined; readonly output: MetricSnapshot };
    readonly merge: { readonly input: readonly MetricSnapshot[]; readonly output: MetricSnapshot };
  };
};

/** Where the folder stands: in, with what `serve` prints of it, or kept out by an error. */
export type IndexedNews<Overview> =
  | { readonly report?: IngestReport; readonly overview: Overview }
  | { readonly error: ErrorData };

/** What the primary is told and asked by a worker. */
export type PrimaryHears<Overview> = {
  readonly news: {
    /** The worker listens: what it is told before would be lost. */
    readonly awake: undefined;
    readonly ready: Overview;
    /** The worker could not start; it ends after this. */
    readonly failed: ErrorData;
    readonly progress: IngestProgress;
    readonly indexed: IndexedNews<Overview>;
    readonly reindexed: IngestReport;
    /** The last word of a worker that ends in good order. */
    readonly counted: MetricSnapshot;
    /** A lease, by the worker's number, that it needs no more or no longer waits for. */
    readonly leaseOver: number;
  };
  readonly calls: {
    /** The metrics of all workers, and of those that have ended. */
    readonly allMetrics: { readonly input: undefined; readonly output: readonly MetricSnapshot[] };
    /** An upload for the worker that leads. */
    readonly upload: { readonly input: UploadOrder; readonly output: IngestReport };
    /** The fence of a lease over all workers; null: another holds it. */
    readonly lease: { readonly input: LeaseOrder; readonly output: number | null };
  };
};
