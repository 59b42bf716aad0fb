import { NaraeError } from '../../core/index.js';
import type { Plan, PlannedRoute } from '../graph/plan.js';
import type { AnyState } from '../graph/shape.js';

/** The nodes that `node` leads to now. Throws `graph_route_unknown` when a route strays from its targets. */
export function targetsOf(plan: Plan, node: number, state: AnyState): readonly number[] {
  const exits = plan.exits[node];
  if (exits === undefined || exits.routes.length === 0) return exits?.always ?? [];
  const targets = [...exits.always];
  for (const { route, targets: known } of exits.routes) {
    const chosen = route(state);
    const names = typeof chosen === 'string' ? [chosen] : chosen;
    if (names.length === 0) throw strayed(plan, node, 'nowhere', known);
    for (const name of names) {
      const target = known.get(name);
      if (target === undefined) throw strayed(plan, node, `"${name}"`, known);
      if (target !== plan.end) targets.push(target);
    }
  }
  return targets;
}

function strayed(plan: Plan, node: number, target: string, known: PlannedRoute['targets']): NaraeError {
  const values = { node: plan.names[node] ?? '', target, known: [...known.keys()].join(', ') };
  return new NaraeError('graph_route_unknown', { values });
}
