import type { DockerfileInstruction } from './parsed-dockerfile';

/** One `--mount` of a RUN instruction; values are as written, variables not resolved. */
export interface RunMount {
  /** Lower case; `bind` where the type is not given. */
  readonly type: string;
  readonly from: string | null;
  readonly source: string | null;
  readonly target: string | null;
  /** All fields in their order; the value of one without `=` is `null`. */
  readonly fields: readonly (readonly [key: string, value: string | null])[];
}

/**
 * The mounts of a RUN instruction. Each is one record of comma-separated values, so a field may be quoted as a whole.
 * Rule: `parseMount` (BuildKit v0.34.2, frontend/dockerfile/instructions). podman 4.3 splits at every comma.
 */
export function readMounts(instruction: DockerfileInstruction): RunMount[] {
  return instruction.flags.filter(({ name }) => name === 'mount').map(({ value }) => readMount(value ?? ''));
}

function readMount(text: string): RunMount {
  const fields = splitFields(text).map((field) => {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    return [key, equals < 0 ? null : field.slice(equals + 1)] as const;
  });
  const valueOf = (...keys: string[]): string | null => fields.findLast(([key]) => keys.includes(key))?.[1] ?? null;
  return {
    type: valueOf('type')?.toLowerCase() ?? 'bind',
    from: valueOf('from'),
    source: valueOf('source', 'src'),
    target: valueOf('target', 'dst', 'destination'),
    fields,
  };
}

/** One line of CSV: a field that begins with a quote ends at the next single one, two are one. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return [...fields, text];
    fields.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
  }
  return fields;
}
