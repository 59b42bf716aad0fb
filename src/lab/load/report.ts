import type { Distribution } from './histogram.js';
import type { CheckedLoad, LoadShape } from './options.js';
import type { ErrorKind } from './outcome.js';
import type { ProcessUsage } from './process-meter.js';
import type { FailureSample, Recorder } from './recorder.js';

/** Share of one core above which the generator itself slows what it measures. */
const BUSY_SHARE = 0.9;
/** A shorter run mostly shows what it costs to begin. */
const BUSY_MIN_MS = 1000;

/** What a run found. Times are milliseconds; in open loop they count from the intended start. */
export interface LoadReport {
  readonly target: { readonly baseUrl: string; readonly model: string };
  readonly shape: ReportedShape;
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** It was ended before all that was planned had started or ended. */
  readonly isInterrupted: boolean;
  readonly requests: {
    readonly started: number;
    readonly ok: number;
    readonly failed: number;
    /** Under way when the run was interrupted. */
    readonly unfinished: number;
    /** Never started: open-loop arrivals for which there was no room until long after the end. */
    readonly dropped: number;
    readonly peakInFlight: number;
  };
  readonly errors: Readonly<Record<ErrorKind, number>>;
  /** Refusals by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The first ten different failures, with their words. */
  readonly failures: readonly FailureSample[];
  /** To the first text, reasoning or tool call, of every stream that brought one. */
  readonly firstTokenMs: Distribution;
  /** Between two of them. */
  readonly interTokenMs: Distribution;
  /** To the end, of complete streams. */
  readonly totalMs: Distribution;
  /** By how much requests started later than intended. Large: the generator or its limit was in the way. */
  readonly startDelayMs: Distribution;
  readonly throughput: {
    /** Complete streams. */
    readonly requestsPerSecond: number;
    /** Of complete streams, as the server counted them; where it did not, content events. */
    readonly tokensPerSecond: number;
    readonly bytesPerSecond: number;
  };
  readonly tokens: number;
  /** Of the process named by `pid`. */
  readonly server?: ProcessUsage & { readonly cpuMsPerRequest: number; readonly cpuShare: number };
  /** Of the load generator. `isBusy`: it was at its limit; trust the times less. */
  readonly generator: { readonly cpuMs: number; readonly cpuShare: number; readonly isBusy: boolean };
}

/** A shape without a trace's times. */
export type ReportedShape =
  | Exclude<LoadShape, { kind: 'trace' }>
  | { readonly kind: 'trace'; readonly arrivals: number; readonly speed: number };

export interface ReportSources {
  readonly load: CheckedLoad;
  readonly recorder: Recorder;
  readonly startedAt: Date;
  readonly elapsedMs: number;
  readonly dropped: number;
  readonly server: ProcessUsage | undefined;
  readonly generatorCpuMs: number;
}

export function buildReport(sources: ReportSources): LoadReport {
  const { load, recorder, startedAt, elapsedMs, dropped, server, generatorCpuMs } = sources;
  const perSecond = (count: number): number => (count * 1000) / Math.max(1, elapsedMs);
  const { started, ok, failed, unfinished, peakInFlight } = recorder;
  const cpuShare = generatorCpuMs / Math.max(1, elapsedMs);
  return {
    target: { baseUrl: load.target.baseUrl, model: load.target.model },
    shape: reportedShape(load.shape),
    startedAt: startedAt.toISOString(),
    elapsedMs,
    isInterrupted: load.signal?.aborted === true,
    requests: { started, ok, failed, unfinished, dropped, peakInFlight },
    errors: { ...recorder.errors },
    statuses: Object.fromEntries(recorder.statuses),
    failures: recorder.samples.map((sample) => ({ ...sample })),
    firstTokenMs: recorder.firstToken.distribution(),
    interTokenMs: recorder.interToken.distribution(),
    totalMs: recorder.total.distribution(),
    startDelayMs: recorder.startDelay.distribution(),
    throughput: {
      requestsPerSecond: perSecond(ok),
      tokensPerSecond: perSecond(recorder.tokens),
      bytesPerSecond: perSecond(recorder.bytes),
    },
    tokens: recorder.tokens,
    ...(server && { server: serverPart(server, ok, elapsedMs) }),
    generator: { cpuMs: generatorCpuMs, cpuShare, isBusy: cpuShare > BUSY_SHARE && elapsedMs >= BUSY_MIN_MS },
  };
}

function serverPart(usage: ProcessUsage, ok: number, elapsedMs: number) {
  return {
    ...usage,
    cpuMsPerRequest: ok === 0 ? 0 : usage.cpuMs / ok,
    cpuShare: usage.cpuMs / Math.max(1, elapsedMs),
  };
}

function reportedShape(shape: LoadShape): ReportedShape {
  if (shape.kind !== 'trace') return shape;
  return { kind: 'trace', arrivals: shape.timesMs.length, speed: shape.speed };
}
