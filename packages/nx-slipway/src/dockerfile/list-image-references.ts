import type { ParsedDockerfile } from './parsed-dockerfile';
import { listOrigins, selectStages, type BuildSelection, type FileOrigin } from './select-stages';

/** An image that a Dockerfile names. */
export interface ImageReference {
  /** With its arguments resolved; as far as they could be where `resolved` is false. */
  readonly reference: string;
  /** The first line that names it. */
  readonly line: number;
  /** False where an argument has no value that we can know: the reference must then not be relied on. */
  readonly resolved: boolean;
}

/**
 * The images that a build reads: those that FROM, `COPY --from` and `RUN --mount=…,from=` name in the stages that the target needs.
 * Names and numbers of stages, additional build contexts, and `scratch`, are not images. Each reference once, in the order of the file.
 * @throws {SlipwayError} what `selectStages` throws
 */
export function listImageReferences(
  dockerfile: ParsedDockerfile,
  selection: BuildSelection,
): readonly ImageReference[] {
  const references = new Map<string, ImageReference>();
  const record = (origin: FileOrigin, line: number): void => {
    if (origin.kind !== 'image') return;
    const { text, resolved } = origin.reference;
    if (resolved && text === 'scratch') return;
    if (!references.has(text)) references.set(text, { reference: text, line, resolved: resolved && text !== '' });
  };
  for (const { stage, base, run } of selectStages(dockerfile, selection)) {
    record(base, stage.line);
    for (const step of run) {
      for (const origin of listOrigins(step, stage, dockerfile, selection)) record(origin, step.instruction.line);
    }
  }
  return [...references.values()];
}
