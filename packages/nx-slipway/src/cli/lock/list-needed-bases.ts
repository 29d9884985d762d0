import { workspaceImageNameOf } from '../../artifact/image-name';
import { listImageReferences } from '../../dockerfile/list-image-references';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { describeProblem, type Problem } from '../../errors/slipway-error';
import type { ImageBuildJob } from '../../executors/image-build/image-build-options';
import { selectionOfJob } from '../../executors/image-build/selection-of-job';

/** A base image that builds of the workspace need. */
export interface NeededBase {
  readonly reference: string;
  /** Of the first image that names it. */
  readonly platform: string;
  /** Workspace-relative path of the Dockerfile that names it first, and the line there. */
  readonly dockerfile: string;
  readonly line: number;
}

/** `apps/web/Dockerfile:3`. Pure. */
export function placeOf({ dockerfile, line }: Pick<NeededBase, 'dockerfile' | 'line'>): string {
  return `${dockerfile}:${line}`;
}

/** What the Dockerfiles of a workspace need from elsewhere. */
export interface NeededBases {
  /** Each reference once, sorted by code units. */
  readonly bases: readonly NeededBase[];
  /** References that arguments without a value make unknown. */
  readonly warnings: readonly Problem[];
}

/** A build and its Dockerfile's text. */
export interface ReadableJob {
  readonly job: ImageBuildJob;
  readonly dockerfileText: string;
}

/**
 * The images that builds need and that have to be pinned: no images of this workspace, and none that name their digest
 * themselves. As in a build, a project whose image has the name of its own base means the one of a registry. Pure.
 * @param workspaceImages names of all images of the workspace
 * @throws {SlipwayError} DOCKERFILE codes
 */
export function listNeededBases(jobs: readonly ReadableJob[], workspaceImages: ReadonlySet<string>): NeededBases {
  const bases = new Map<string, NeededBase>();
  const warnings: Problem[] = [];
  for (const { job, dockerfileText } of jobs) {
    const dockerfile = parseDockerfile(dockerfileText, job.dockerfile);
    const references = listImageReferences(dockerfile, selectionOfJob(job));
    for (const { reference, line, resolved } of references) {
      // An argument that nobody gives is empty for the engines: `debian:${TAG}` becomes `debian:`, which names nothing.
      if (!resolved || /[:/@]$/.test(reference)) {
        const place = `${job.dockerfile}:${line}`;
        const target = `${job.project}:${job.target}`;
        warnings.push(describeProblem('CONTEXT_BASE_ARGUMENT', { place, reference, target }));
        continue;
      }
      const name = workspaceImageNameOf(reference);
      const isOurs = name !== undefined && name !== job.image && workspaceImages.has(name);
      if (isOurs || reference.includes('@') || bases.has(reference)) continue;
      bases.set(reference, { reference, platform: job.platform, dockerfile: job.dockerfile, line });
    }
  }
  const sorted = [...bases.values()].toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
  return { bases: sorted, warnings };
}
