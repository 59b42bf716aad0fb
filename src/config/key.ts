import Type, { type TSchema } from 'typebox';

/** What a leaf of the schema tree says about itself beside its type. */
export interface KeyTraits {
  /** One sentence for the reference page, without a full stop at the end. */
  readonly description: string;
  /**
   * Short name from which the variable and the flag are made: `port` → `NARAE_PORT` and `--port`.
   * Default: the key's path in kebab case, `llm.baseUrl` → `llm-base-url`.
   */
  readonly stem?: string;
  /** A variable without our prefix that means the same; our own wins over it. */
  readonly alias?: string;
  /** One-letter flag beside the long one: `-k`. */
  readonly short?: string;
  /** Never shown; has no flag, since other users of the machine can read a command line. */
  readonly secret?: boolean;
  /** A path: made absolute, from the working directory or from the folder of the file that says it. */
  readonly path?: boolean;
  /** Given in place of the flag, as an argument of the command: `[folder]`. */
  readonly argument?: string;
}

/** The traits of a schema that `Leaf` schemas carry. */
export function traitsOf(schema: TSchema): KeyTraits {
  return schema as unknown as KeyTraits;
}

/** A section of the tree: refuses keys that it does not know. */
export function section<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

/** The default of a leaf, or undefined when it has none. */
export function defaultOf(schema: TSchema): unknown {
  return (schema as { default?: unknown }).default;
}
