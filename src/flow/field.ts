/** One field of a graph's state. `Update` is what nodes write to it. */
export interface Field<Value, Update = Value> {
  /** The value at the start of a run. */
  default(): Value;
  /** Makes the new value; must not change its arguments. Without it an update replaces the value. */
  reduce?(current: Value, update: Update): Value;
}

export type Schema = Readonly<Record<string, Field<unknown, unknown>>>;

/** What nodes read. */
export type StateOf<S extends Schema> = {
  readonly [Name in keyof S]: S[Name] extends Field<infer Value, infer _> ? Value : never;
};

/** What nodes write: some of the fields. `undefined` writes nothing. */
export type UpdateOf<S extends Schema> = {
  readonly [Name in keyof S]?: (S[Name] extends Field<infer _, infer Update> ? Update : never) | undefined;
};

/** Declares a field: `field<string[]>({ default: () => [], reduce: (all, more) => [...all, ...more] })`. */
export function field<Value, Update = Value>(field: Field<Value, Update>): Field<Value, Update> {
  return field;
}

declare const CONTEXT: unique symbol;

/** Stands for the type of what a run is given beside its state; see `contextOf`. */
export interface ContextType<Context> {
  readonly [CONTEXT]?: Context;
}

/** Names the type of what each run is given beside its state (`context.run`): clients, settings, a tenant. */
export function contextOf<Context>(): ContextType<Context> {
  return {};
}
