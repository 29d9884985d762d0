import type { DockerfileInstruction } from './parsed-dockerfile';

/** One `--mount` of a RUN instruction, as written. */
export interface RunMount {
  /** `bind` where the type is not given. */
  readonly type: string;
  readonly from: string | null;
  readonly source: string | null;
  readonly target: string | null;
}

/** The mounts of a RUN instruction. Syntax: the Dockerfile reference, "RUN --mount" (docker.io/docker/dockerfile 1.7). */
export function readMounts(instruction: DockerfileInstruction): RunMount[] {
  return instruction.flags
    .filter(({ name }) => name === 'mount')
    .map(({ value }) => {
      const fields = new Map(
        (value ?? '').split(',').map((field) => {
          const [key = '', ...rest] = field.split('=');
          return [key.trim().toLowerCase(), rest.join('=')] as const;
        }),
      );
      return {
        type: fields.get('type') ?? 'bind',
        from: fields.get('from') ?? null,
        source: fields.get('source') ?? fields.get('src') ?? null,
        target: fields.get('target') ?? fields.get('dst') ?? fields.get('destination') ?? null,
      };
    });
}
