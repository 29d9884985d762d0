/** A property of a JSON file that is to be set. */
export interface JsonChange {
  readonly path: readonly string[];
  /** `undefined` removes the property. */
  readonly value: unknown;
}

/** A change of a file by which a finding goes away. Paths are workspace-relative. */
export type Fix =
  | {
      readonly kind: 'json';
      readonly file: string;
      readonly changes: readonly JsonChange[];
      /** What it does, e.g. `moves GIT_COMMIT from buildArgs to stamps`. */
      readonly summary: string;
    }
  | { readonly kind: 'ignore-lines'; readonly file: string; readonly lines: readonly string[] };
