import {
  AIMessage,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';

/** Beyond it a value is not worth copying: it is serialised again instead. */
const NODE_LIMIT = 10_000;
const DEPTH_LIMIT = 100;

/** All of their state is in own properties. Other classes may hide some, and are never copied. */
const COPYABLE = new Set<object>(
  [
    Object,
    Array,
    HumanMessage,
    AIMessage,
    SystemMessage,
    ToolMessage,
    ChatMessage,
    FunctionMessage,
    RemoveMessage,
  ].map(({ prototype }) => prototype),
);

type Fields = Record<PropertyKey, unknown>;

/**
 * A copy that shares no object with the value, only strings. Undefined where the value holds something that cannot
 * be copied so: an instance of another class, a function, a cycle.
 */
export function copyOf<Value>(value: Value): { readonly copy: Value } | undefined {
  const budget = { nodes: NODE_LIMIT };
  const copy = copyNode(value, budget, 0);
  return budget.nodes < 0 ? undefined : { copy: copy as Value };
}

/** The copy of something that `copyOf` gave. */
export function copyAgain<Value>(value: Value): Value {
  return copyNode(value, { nodes: Number.POSITIVE_INFINITY }, 0) as Value;
}

/** A budget below zero at the end says that there is no copy. */
function copyNode(value: unknown, budget: { nodes: number }, depth: number): unknown {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') budget.nodes = -1;
    return value;
  }
  const prototype = Object.getPrototypeOf(value);
  if (!COPYABLE.has(prototype) || --budget.nodes < 0 || depth > DEPTH_LIMIT) {
    budget.nodes = -1;
    return undefined;
  }
  if (Array.isArray(value)) return value.map((item) => copyNode(item, budget, depth + 1));
  const copy: Fields = Object.create(prototype);
  for (const key in value) setOwn(copy, key, copyNode((value as Fields)[key], budget, depth + 1));
  // Messages are marked by a symbol.
  if (prototype !== Object.prototype)
    for (const mark of Object.getOwnPropertySymbols(value)) copy[mark] = (value as Fields)[mark];
  return copy;
}

/** Parsed JSON may hold a field of the name `__proto__`; to assign it would change the prototype instead. */
function setOwn(copy: Fields, key: string, value: unknown): void {
  if (key !== '__proto__') copy[key] = value;
  else Object.defineProperty(copy, key, { value, configurable: true, enumerable: true, writable: true });
}

/**
 * Whether two values are the same in all that `copyOf` copies. Makes no lists of keys: a history of 400 messages is
 * compared at every superstep.
 */
export function isSameAsCopy(value: unknown, copy: unknown): boolean {
  if (Object.is(value, copy)) return true;
  if (typeof value !== 'object' || typeof copy !== 'object' || value === null || copy === null) return false;
  if (Object.getPrototypeOf(value) !== Object.getPrototypeOf(copy)) return false;
  if (Array.isArray(value)) return hasSameItems(value, copy as unknown[]);
  return hasSameFields(value as Fields, copy as Fields);
}

function hasSameItems(value: readonly unknown[], copy: readonly unknown[]): boolean {
  return value.length === copy.length && value.every((item, index) => isSameAsCopy(item, copy[index]));
}

/** None of the copyable classes has enumerable fields on its prototype, so `in` sees own ones only. */
function hasSameFields(value: Fields, copy: Fields): boolean {
  let surplus = 0;
  for (const key in value) {
    const field = value[key];
    if (!isSameAsCopy(field, copy[key]) || (field === undefined && !(key in copy))) return false;
    surplus++;
  }
  for (const _ in copy) surplus--;
  return surplus === 0;
}
