import { BROKEN_FAULTS } from './broken.js';
import type { Fault } from './fault.js';
import { ODD_FAULTS } from './odd.js';
import { REFUSAL_FAULTS } from './refusals.js';

export { type Ending, type Fault, framesOf } from './fault.js';

/** Every model of the mock by name, in the order of the list of models. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  mock: { description: 'answers without fault' },
  ...REFUSAL_FAULTS,
  ...BROKEN_FAULTS,
  ...ODD_FAULTS,
};

/** The fault of a model; undefined when `mock-…` names none. Other names answer without fault. */
export function faultOf(base: string): Fault | undefined {
  if (Object.hasOwn(FAULTS, base)) return FAULTS[base];
  return base.startsWith('mock-') ? undefined : FAULTS.mock;
}
