/** Where a value came from, from weakest to strongest. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly flag: string };

export const DEFAULT_ORIGIN: Origin = { kind: 'default' };

/** As people read it: `default`, `file /etc/narae.yaml`, `env NARAE_PORT`, `flag --port`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file':
      return `file ${origin.path}`;
    case 'environment':
      return `env ${origin.name}`;
    case 'flag':
      return origin.flag.startsWith('-') ? `flag ${origin.flag}` : `argument ${origin.flag}`;
  }
}

/** A value as a source gave it: not validated yet. */
export interface RawValue {
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
  /** Folder from which a relative path is meant. */
  readonly baseDir: string;
}
