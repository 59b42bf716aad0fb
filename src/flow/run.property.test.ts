import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deferred, deferred, NaraeError, untilAborted } from '../core/index.js';
import {
  type CompiledGraph,
  END,
  type FlowResult,
  field,
  type NodeContext,
  START,
  StateGraph,
  type UpdateOf,
} from './index.js';

/** A graph without loops: node `i` leads to later ones, or to the end. */
interface Dag {
  readonly nodes: readonly {
    /** Where it leads, as steps forward; too far is the end. */
    readonly steps: readonly number[];
    /** Which of these a route takes; undefined: all, over static edges. */
    readonly taken: readonly number[] | undefined;
    readonly interrupts: number;
  }[];
}

const node = fc.record({
  steps: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  taken: fc.option(fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 3 }), { nil: undefined }),
  interrupts: fc.constantFrom(0, 0, 0, 1, 2),
});
const dag: fc.Arbitrary<Dag> = fc.record({ nodes: fc.array(node, { minLength: 1, maxLength: 9 }) });

interface Edge {
  readonly to: number;
  readonly isTaken: boolean;
}

/** Edges of each node; the first one hangs on START, and so does every node that nothing else leads to. */
class Model {
  readonly edges: readonly (readonly Edge[])[];
  readonly roots: readonly number[];

  constructor({ nodes }: Dag) {
    const size = nodes.length;
    this.edges = nodes.map(({ steps, taken }, from) => {
      const chosen = taken?.map((index) => index % steps.length);
      return steps.map((step, index) => ({
        to: Math.min(from + step, size),
        isTaken: chosen?.includes(index) ?? true,
      }));
    });
    const reached = new Set(this.edges.flatMap((edges) => edges.map(({ to }) => to)));
    this.roots = nodes.flatMap((_, index) => (reached.has(index) ? [] : [index]));
  }

  /** Of every edge into a node it is known whether it was taken: the textbook's dead-path elimination. */
  ready(finished: ReadonlySet<number>): number[] {
    const live = this.edges.map((_, index) => this.roots.includes(index));
    const settled = this.edges.map(() => true);
    for (const [from, edges] of this.edges.entries()) {
      const isDone = finished.has(from) || (settled[from] === true && !live[from]);
      for (const { to, isTaken } of edges) {
        if (!isDone) settled[to] = false;
        else if (isTaken && live[from]) live[to] = true;
      }
    }
    return [...this.edges.keys()].filter((index) => live[index] && settled[index] && !finished.has(index));
  }

  /** One more than the largest value among those that led here. */
  values(): (number | undefined)[] {
    const values: (number | undefined)[] = this.edges.map((_, index) =>
      this.roots.includes(index) ? 1 : undefined,
    );
    for (const [from, edges] of this.edges.entries()) {
      const value = values[from];
      if (value === undefined) continue;
      for (const { to, isTaken } of edges)
        if (isTaken && to < values.length) values[to] = Math.max(values[to] ?? 0, value + 1);
    }
    return values;
  }
}

const schema = {
  values: field<Readonly<Record<string, number>>>({
    default: () => ({}),
    reduce: (all, more) => ({ ...all, ...more }),
  }),
};
type State = { readonly values: Readonly<Record<string, number>> };
type Work = (index: number, context: NodeContext) => Promise<void> | undefined;

function graphOf(dagOf: Dag, model: Model, work: Work): CompiledGraph<State, UpdateOf<typeof schema>> {
  const draft = new StateGraph(schema) as StateGraph<typeof schema, string>;
  const nameOf = (index: number): string => (index === dagOf.nodes.length ? END : `n${index}`);
  for (const index of dagOf.nodes.keys()) {
    const own = ({ values }: State) => {
      const before = model.edges.flatMap((edges, from) =>
        edges.some(({ to, isTaken }) => to === index && isTaken) ? [values[nameOf(from)] ?? 0] : [],
      );
      return { values: { [nameOf(index)]: Math.max(0, ...before) + 1 } };
    };
    draft.addNode(nameOf(index), (state, context) => {
      const working = work(index, context);
      return working === undefined ? own(state) : working.then(() => own(state));
    });
  }
  for (const [from, { taken }] of dagOf.nodes.entries()) {
    const edges = model.edges[from] ?? [];
    if (taken === undefined) for (const { to } of edges) draft.addEdge(nameOf(from), nameOf(to));
    else {
      const chosen = edges.filter(({ isTaken }) => isTaken).map(({ to }) => nameOf(to));
      draft.addConditionalEdges(
        nameOf(from),
        () => (chosen.length === 1 ? (chosen[0] as string) : chosen),
        edges.map(({ to }) => nameOf(to)),
      );
    }
  }
  for (const root of model.roots) draft.addEdge(START, nameOf(root));
  return draft.compile();
}

function expected(model: Model): Record<string, number> {
  return Object.fromEntries(
    model.values().flatMap((value, index) => (value === undefined ? [] : [[`n${index}`, value]])),
  );
}

describe('graphs without loops', () => {
  it('run exactly what the model runs, at every moment, in whatever order nodes finish', async () => {
    await fc.assert(
      fc.asyncProperty(dag, fc.infiniteStream(fc.nat(1_000)), async (drawn, choices) => {
        const model = new Model(drawn);
        const running = new Map<number, Deferred<void>>();
        const ran: number[] = [];
        const graph = graphOf(drawn, model, (index) => {
          ran.push(index);
          const own = deferred<void>();
          running.set(index, own);
          return own.promise;
        });
        const result = graph.invoke({});
        const finished = new Set<number>();
        while (running.size > 0) {
          expect([...running.keys()].sort()).toEqual(model.ready(finished));
          const all = [...running.keys()];
          const chosen = all[(choices.next().value ?? 0) % all.length] as number;
          running.get(chosen)?.resolve();
          running.delete(chosen);
          finished.add(chosen);
          await turn();
        }
        expect(model.ready(finished)).toEqual([]);
        expect((await result).state.values).toEqual(expected(model));
        expect(new Set(ran).size).toBe(ran.length);
      }),
      { numRuns: 300 },
    );
  });

  it('give the same without a single promise, and with some', async () => {
    await fc.assert(
      fc.asyncProperty(dag, fc.array(fc.nat(3), { minLength: 9, maxLength: 9 }), async (drawn, delays) => {
        const model = new Model(drawn);
        const sync = graphOf(drawn, model, () => undefined);
        const mixed = graphOf(drawn, model, (index) =>
          delays[index] ? Promise.resolve().then(() => turn()) : undefined,
        );
        for (const graph of [sync, mixed])
          expect((await graph.invoke({})).state.values).toEqual(expected(model));
      }),
    );
  });

  it('aborted at any moment leave nothing running', async () => {
    await fc.assert(
      fc.asyncProperty(dag, fc.nat(12), async (drawn, turns) => {
        const model = new Model(drawn);
        let running = 0;
        const graph = graphOf(drawn, model, async (index, { signal }) => {
          running++;
          try {
            for (let waited = 0; waited <= index % 3; waited++) await untilAborted(turn(), signal);
          } finally {
            running--;
          }
        });
        const controller = new AbortController();
        const result = graph.invoke({}, { signal: controller.signal });
        const outcome = result.then(
          () => 'finished',
          (error: NaraeError) => `${error.code}, ${running} running`,
        );
        for (let waited = 0; waited < turns; waited++) await turn();
        controller.abort(new NaraeError('closing'));
        expect(['finished', 'closing, 0 running']).toContain(await outcome);
        expect(running).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('interrupted and resumed from JSON give what an uninterrupted run gives, no node run without need', async () => {
    await fc.assert(
      fc.asyncProperty(dag, fc.infiniteStream(fc.nat(1_000)), async (drawn, choices) => {
        const model = new Model(drawn);
        const finished: number[] = [];
        const work: Work = (index, context) => {
          for (let asked = 0; asked < (drawn.nodes[index]?.interrupts ?? 0); asked++)
            expect(context.interrupt([index, asked])).toBe(`answer to ${index}, ${asked}`);
          finished.push(index);
          return index % 2 ? turn() : undefined;
        };
        const graph = graphOf(drawn, model, work);
        let result: FlowResult<State> = await graph.invoke({});
        while (result.status === 'interrupted') {
          const { interrupts, snapshot } = result;
          const open = interrupts[(choices.next().value ?? 0) % interrupts.length]!;
          const [index, asked] = open.value as [number, number];
          result = await graph.resume(JSON.parse(JSON.stringify(snapshot)), `answer to ${index}, ${asked}`, {
            node: open.node,
          });
        }
        expect(result.state.values).toEqual(expected(model));
        expect(finished.map((index) => `n${index}`).sort()).toEqual(Object.keys(expected(model)).sort());
      }),
      { numRuns: 200 },
    );
  });
});

/** Programs of nested sequences, parallel blocks, choices and loops. */
type Program =
  | { readonly kind: 'leaf'; readonly turns: number }
  | { readonly kind: 'sequence' | 'parallel'; readonly parts: readonly Program[] }
  | { readonly kind: 'choice'; readonly parts: readonly Program[]; readonly chosen: number }
  | { readonly kind: 'loop'; readonly body: Program; readonly times: number };

const { program } = fc.letrec<{ program: Program; parts: Program[] }>((tie) => ({
  parts: fc.array(tie('program'), { minLength: 1, maxLength: 3 }),
  program: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('leaf' as const), turns: fc.nat(3) }),
    fc.record({ kind: fc.constantFrom('sequence' as const, 'parallel' as const), parts: tie('parts') }),
    fc.record({ kind: fc.constant('choice' as const), parts: tie('parts'), chosen: fc.nat(2) }),
    fc.record({
      kind: fc.constant('loop' as const),
      body: tie('program'),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  ),
}));

const counting = {
  turns: field<Readonly<Record<string, number>>>({
    default: () => ({}),
    reduce: (all, more) => ({ ...all, ...more }),
  }),
};

/** Writes a program as a graph, and counts how often each node should run. */
class Written {
  readonly draft = new StateGraph(counting) as StateGraph<typeof counting, string>;
  readonly wanted = new Map<string, number>();
  readonly ran = new Map<string, number>();
  readonly #running = new Set<string>();
  #nodes = 0;

  constructor(whole: Program) {
    const { entry, exit } = this.#write(whole, 1);
    this.draft.addEdge(START, entry).addEdge(exit, END);
  }

  #write(part: Program, times: number): { entry: string; exit: string } {
    switch (part.kind) {
      case 'leaf': {
        const leaf = this.#node(times, part.turns);
        return { entry: leaf, exit: leaf };
      }
      case 'sequence':
        return part.parts
          .map((each) => this.#write(each, times))
          .reduce((before, after) => {
            this.draft.addEdge(before.exit, after.entry);
            return { entry: before.entry, exit: after.exit };
          });
      case 'parallel':
        return this.#fork(part.parts, times, undefined);
      case 'choice':
        return this.#fork(part.parts, times, part.chosen % part.parts.length);
      case 'loop':
        return this.#loop(part.body, part.times, times);
    }
  }

  #fork(parts: readonly Program[], times: number, chosen: number | undefined) {
    const [entry, exit] = [this.#node(times, 0), this.#node(times, 0)];
    const blocks = parts.map((each, index) =>
      this.#write(each, chosen === undefined || chosen === index ? times : 0),
    );
    for (const block of blocks) this.draft.addEdge(block.exit, exit);
    const targets = blocks.map((block) => block.entry);
    if (chosen === undefined) for (const target of targets) this.draft.addEdge(entry, target);
    else this.draft.addConditionalEdges(entry, () => targets[chosen] as string, targets);
    return { entry, exit };
  }

  #loop(body: Program, turns: number, times: number) {
    const entry = this.#node(times, 0, (name) => ({ [`of ${name}`]: 0 }));
    const block = this.#write(body, times * turns);
    const counter = `of ${entry}`;
    const tail = this.#node(times * turns, 0, (_, all) => ({ [counter]: (all[counter] ?? 0) + 1 }));
    const exit = this.#node(times, 0);
    this.draft.addEdge(entry, block.entry).addEdge(block.exit, tail);
    this.draft.addConditionalEdges(
      tail,
      (state) => ((state.turns[counter] ?? 0) < turns ? block.entry : exit),
      [block.entry, exit],
    );
    return { entry, exit };
  }

  #node(
    times: number,
    waits: number,
    write: (name: string, turns: Readonly<Record<string, number>>) => Record<string, number> = () => ({}),
  ): string {
    const name = `p${this.#nodes++}`;
    if (times > 0) this.wanted.set(name, times);
    const run = (state: { turns: Readonly<Record<string, number>> }) => {
      this.ran.set(name, (this.ran.get(name) ?? 0) + 1);
      return { turns: write(name, state.turns) };
    };
    this.draft.addNode(name, (state) =>
      waits === 0 ? run(state) : this.#slowly(name, waits, () => run(state)),
    );
    return name;
  }

  async #slowly<Result>(name: string, waits: number, run: () => Result): Promise<Result> {
    expect(this.#running.has(name)).toBe(false);
    this.#running.add(name);
    for (let waited = 0; waited < waits; waited++) await turn();
    this.#running.delete(name);
    return run();
  }
}

describe('graphs with loops', () => {
  it('run every node as often as the program that they were written from', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (whole) => {
        const written = new Written(whole);
        const { steps } = await written.draft.compile().invoke({}, { maxSteps: 100_000 });
        expect(Object.fromEntries(written.ran)).toEqual(Object.fromEntries(written.wanted));
        expect(steps).toBe([...written.wanted.values()].reduce((sum, times) => sum + times, 0));
      }),
      { numRuns: 200 },
    );
  });
});

/** Any graph at all, loops with several entries included: where each node leads to, by static edges and by a route. */
const tangle = fc.array(
  fc.record({
    always: fc.uniqueArray(fc.nat(5), { maxLength: 1 }),
    routed: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
    turns: fc.nat(2),
  }),
  { minLength: 1, maxLength: 6 },
);

describe('any graph that compiles', () => {
  it('ends: every node that was led to runs, one turn of it at a time, and nothing is left waiting', async () => {
    let compiled = 0;
    await fc.assert(
      fc.asyncProperty(tangle, fc.infiniteStream(fc.nat(1_000)), async (nodes, choices) => {
        const nameOf = (index: number): string => `t${index % nodes.length}`;
        const [ran, ledTo, running] = [new Set<string>(), new Set<string>(), new Set<string>()];
        let routed = 0;
        const draft = new StateGraph(schema) as StateGraph<typeof schema, string>;
        for (const [index, { turns }] of nodes.entries())
          draft.addNode(nameOf(index), async (_, { node }) => {
            expect(running.has(node)).toBe(false);
            running.add(node);
            for (let waited = 0; waited < turns; waited++) await turn();
            running.delete(node);
            ran.add(node);
          });
        draft.addEdge(START, nameOf(0));
        for (const [index, { always, routed: maybe }] of nodes.entries()) {
          for (const to of always) draft.addEdge(nameOf(index), nameOf(to));
          const targets = [...maybe.map(nameOf), END];
          draft.addConditionalEdges(
            nameOf(index),
            () => {
              const choice =
                routed++ > 30 ? END : (targets[(choices.next().value ?? 0) % targets.length] as string);
              if (choice !== END) ledTo.add(choice);
              return choice;
            },
            targets,
          );
        }
        let graph: ReturnType<typeof draft.compile>;
        try {
          graph = draft.compile();
        } catch (error) {
          expect(error).toMatchObject({ code: 'graph_invalid' });
          return;
        }
        compiled++;
        expect(await graph.invoke({}, { maxSteps: 1_000 })).toMatchObject({ status: 'finished' });
        expect([...ledTo].filter((name) => !ran.has(name))).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(compiled).toBeGreaterThan(50);
  });
});
