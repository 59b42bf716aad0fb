import { NaraeError } from '../../core/index.js';
import type { Plan } from '../graph/plan.js';
import type { FlowSnapshot, SuspendedNode } from '../spec.js';
import type { Interrupts } from './interrupts.js';
import type { RunState } from './state.js';

/** What is known of a run when it is suspended. Nodes are numbers. */
export interface Suspension {
  readonly state: RunState;
  readonly steps: number;
  readonly waiting: readonly number[];
  readonly interrupts: Interrupts;
}

export function snapshotOf(plan: Plan, { state, steps, waiting, interrupts }: Suspension): FlowSnapshot {
  const nameOf = (node: number): string => plan.names[node] as string;
  const open = [...interrupts.open].map(([node, value]) => {
    return { node: nameOf(node), value, answers: interrupts.answersOf(node) };
  });
  return {
    version: 1,
    graph: plan.name,
    state: state.current,
    steps,
    waiting: waiting.map(nameOf),
    interrupts: open,
    writers: state.writers(),
  };
}

/** A snapshot with an answer, checked against the graph. */
export interface Continuation {
  readonly snapshot: FlowSnapshot;
  readonly waiting: readonly number[];
  /** Those that go on waiting for an answer. */
  readonly suspended: readonly { readonly node: number; readonly value: unknown }[];
  readonly answered: number;
  readonly answers: ReadonlyMap<number, readonly unknown[]>;
}

/** Rejects, with `graph_resume_refused`, a snapshot of another graph, or an answer that nobody waits for. */
export function continuationOf(
  plan: Plan,
  snapshot: FlowSnapshot,
  answer: unknown,
  node: string | undefined,
): Continuation {
  checkSnapshot(plan, snapshot);
  const chosen = chooseInterrupt(snapshot.interrupts, node);
  const numberOf = (name: string): number => numberIn(plan, name);
  const answers = new Map(snapshot.interrupts.map((each) => [numberOf(each.node), each.answers]));
  answers.set(numberOf(chosen.node), [...chosen.answers, answer]);
  return {
    snapshot,
    waiting: snapshot.waiting.map(numberOf),
    suspended: snapshot.interrupts
      .filter((each) => each !== chosen)
      .map(({ node: name, value }) => ({ node: numberOf(name), value })),
    answered: numberOf(chosen.node),
    answers,
  };
}

function checkSnapshot(plan: Plan, { version, graph }: FlowSnapshot): void {
  if (version !== 1)
    throw refused(`its snapshot has format ${version}; this version of Narae reads format 1`);
  if (graph !== plan.name)
    throw refused(`its snapshot is of the graph "${graph}", this one is "${plan.name}"`);
}

function chooseInterrupt(interrupts: readonly SuspendedNode[], node: string | undefined): SuspendedNode {
  const names = interrupts.map((each) => each.node).join(', ');
  if (node === undefined && interrupts.length > 1)
    throw refused(`several nodes wait for an answer (${names}): name one with the option "node"`);
  const chosen = node === undefined ? interrupts[0] : interrupts.find((each) => each.node === node);
  if (chosen === undefined)
    throw refused(`no interrupt of "${node ?? 'any node'}" is open (open: ${names || 'none'})`);
  return chosen;
}

function numberIn(plan: Plan, name: string): number {
  const node = plan.numbers.get(name);
  if (node === undefined || node >= plan.start) throw refused(`the graph has no node "${name}" any more`);
  return node;
}

function refused(reason: string): NaraeError {
  return new NaraeError('graph_resume_refused', { values: { reason } });
}
