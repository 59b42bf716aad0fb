import type { FlowEvent, NodeEvent, StreamMode } from '../spec.js';

/** What a node's context needs of the run. */
export interface NodeHost {
  readonly graph: string;
  /** Made when it is first asked for. */
  readonly signal: AbortSignal;
  /** What the run was given. */
  readonly given: unknown;
  nameOf(node: number): string;
  listens(mode: StreamMode): boolean;
  publish(event: FlowEvent): void;
  drained(): Promise<void>;
  report(event: NodeEvent): void;
  /** Answers that the node's interrupts have had, in their order. */
  answersOf(node: number): readonly unknown[];
  /** The node wants an answer: it is suspended when it ends, however it does. */
  suspend(node: number, value: unknown): void;
}
