import type { NamedContextRead } from '../dockerfile/copy-sources';
import type { PlannedRead } from './select-entries';

/** How an additional build context may be called: what BuildKit and podman both take for a name. */
export const CONTEXT_NAME_PATTERN = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/;

/** What a Dockerfile reads of the additional build context of a name. Pure. */
export function listNamedReads(reads: readonly NamedContextRead[], name: string): readonly PlannedRead[] {
  return reads
    .filter((read) => read.name === name)
    .map(({ instruction, line, sources, resolved }) => {
      const text = describeInstruction(instruction, name);
      return { line, text, sources, resolved, doubt: resolved ? null : `what ${text} reads is not known` };
    });
}

function describeInstruction(instruction: NamedContextRead['instruction'], name: string): string {
  switch (instruction) {
    case 'FROM':
      return `FROM ${name}`;
    case 'COPY':
      return `COPY --from=${name}`;
    case 'RUN':
      return `RUN --mount=from=${name}`;
  }
}
