import { isSlipwayError } from '../../errors/slipway-error';
import { listCopySources } from '../list-copy-sources';
import { listImageReferences } from '../list-image-references';
import { parseDockerfile } from '../parse-dockerfile';
import type { BuildSelection } from '../select-stages';

/** How a fixture's Dockerfile is built, as its `expected.json` says; all of it may be left out. */
export interface FixtureBuild {
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly targetStage?: string;
  readonly namedContexts?: readonly string[];
  /** The ONBUILD triggers of base images by reference; those of the others are then not known. */
  readonly onbuild?: Readonly<Record<string, readonly string[]>>;
}

/**
 * What we make of a Dockerfile, as `expected.json` writes it: lists that are empty and what goes without saying are left out, an error
 * is its code and its line.
 */
export function describeDockerfile(text: string, build: FixtureBuild = {}): unknown {
  try {
    const dockerfile = parseDockerfile(text, 'Dockerfile');
    const selection = selectionOf(build);
    const sources = listCopySources(dockerfile, selection);
    return withoutEmpty({
      references: listImageReferences(dockerfile, selection).map(({ reference, resolved }) =>
        resolved ? reference : { reference, resolved },
      ),
      reads: sources.reads.map(({ text: written, line, sources: paths, destination, doubt, excludes, parents }) => ({
        line,
        text: written,
        sources: paths,
        destination,
        ...(doubt === null ? {} : { doubt }),
        ...(excludes.length === 0 ? {} : { excludes }),
        ...(parents ? { parents } : {}),
      })),
      stageCopies: sources.stageCopies.map(({ line, fromStage, sources: paths, resolved }) => ({
        line,
        fromStage,
        sources: paths,
        ...(resolved ? {} : { resolved }),
      })),
      namedContextReads: sources.namedContextReads.map(({ line, name, sources: paths }) => ({
        line,
        name,
        sources: paths,
      })),
      runs: sources.runs.map(({ line, shell, workdir }) => ({ line, shell, workdir })),
      syntaxOnly: sources.syntaxOnly.map(
        ({ engine, line, what, podmanSince }) =>
          `line ${line}: ${what}: ${engine}${podmanSince === null ? ' only' : `, podman since ${podmanSince}`}`,
      ),
      unknownTriggers: sources.unknownTriggers,
      unkeyed: sources.unkeyed,
    });
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    const { code, message } = error.problem;
    const [, line] = /Dockerfile:(\d+)/.exec(message) ?? [];
    return { error: { code, ...(line === undefined ? {} : { line: Number(line) }), message } };
  }
}

function selectionOf({ buildArgs = {}, platform, targetStage, namedContexts, onbuild }: FixtureBuild): BuildSelection {
  return {
    buildArgs,
    platform,
    targetStage,
    ...(namedContexts && { namedContexts: new Set(namedContexts) }),
    ...(onbuild && { onbuildOf: (reference) => (Object.hasOwn(onbuild, reference) ? onbuild[reference] : undefined) }),
  };
}

function withoutEmpty(lists: Readonly<Record<string, readonly unknown[]>>): Record<string, readonly unknown[]> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}
