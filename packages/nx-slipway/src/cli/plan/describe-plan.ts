import type { BaseRecord } from '../../artifact/image-record';
import type { ContextEntry, WidenedRead } from '../../build-context/build-context';
import type { Problem } from '../../errors/slipway-error';
import type { PreparedBuild } from '../../executors/image-build/prepare-build';
import type { WorkspaceImage } from '../../plugin/list-workspace-images';

/** Raised whenever a consumer of the JSON of `plan` has to change. */
export const PLAN_SCHEMA_VERSION = 1;

/** What `npx nx-slipway plan --json` prints. Paths are relative to the context root, unless said otherwise. */
export interface PlanReport {
  readonly schemaVersion: typeof PLAN_SCHEMA_VERSION;
  readonly images: readonly PlannedImage[];
}

/** One image of a plan. */
export interface PlannedImage {
  readonly project: string;
  readonly target: string;
  readonly image: string;
  /** Workspace-relative. */
  readonly dockerfile: string;
  /** Workspace-relative; `.` is the workspace's root. */
  readonly contextRoot: string;
  /** Every entry of the staged context, sorted by path. */
  readonly files: readonly PlannedFile[];
  /** Sum of the files' sizes. */
  readonly bytes: number;
  /** 64 hex characters; `null` where it cannot be known yet: `unknown` says why. */
  readonly contentKey: string | null;
  readonly bases: readonly BaseRecord[];
  /** Build arguments that are not in the key, as the options have them. */
  readonly stamps: Readonly<Record<string, string>>;
  readonly widened: readonly WidenedRead[];
  /** What became of the option `narrow`. */
  readonly narrowing: 'none' | 'proven' | 'trusted' | 'unproven';
  /** Lines for the option `narrow`; `null` where nothing better is known than what the target has. */
  readonly suggestedNarrow: Readonly<Record<string, readonly string[]>> | null;
  /** The image that would be taken in place of a build; `null` where there is none or that cannot be known: `unknown` says why. */
  readonly reuse: PlannedReuse | null;
  /** Why a field of this plan is `null`, by the field's name; only where it is not known. */
  readonly unknown: Readonly<Partial<Record<'contentKey' | 'reuse' | 'files', string>>>;
  /** Warnings and notices of the build, and the error that it would end in. */
  readonly problems: readonly Problem[];
}

/** One entry of a staged context. */
export interface PlannedFile {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** As staged, octal: `0644`, `0755`; of a link `0777`. */
  readonly mode: string;
  /** Of files. */
  readonly sha256?: string;
  /** Of links: what is written in it. */
  readonly link?: string;
}

/** An image that is there already. */
export interface PlannedReuse {
  readonly engine: string;
  readonly imageId: string;
}

/** An image as `plan` reports it, but for what an engine knows. Pure. */
export function describePlan(
  { project, target }: WorkspaceImage,
  prepared: PreparedBuild,
  suggestedNarrow: PlannedImage['suggestedNarrow'],
): PlannedImage {
  const { job, buildContext } = prepared;
  return {
    project,
    target,
    image: job.image,
    dockerfile: job.dockerfile,
    contextRoot: job.buildContext || '.',
    files: buildContext.entries.map(describeFile),
    bytes: buildContext.bytes,
    contentKey: prepared.contentKey,
    bases: prepared.bases,
    stamps: job.options.stamps,
    widened: buildContext.widened,
    narrowing: prepared.narrowing.status,
    suggestedNarrow,
    reuse: null,
    unknown: {},
    problems: prepared.problems,
  };
}

/** An image that cannot be planned, since its build would end in an error. Pure. */
export function describeFailedPlan(
  image: WorkspaceImage,
  place: Pick<PlannedImage, 'dockerfile' | 'contextRoot'>,
  problem: Problem,
): PlannedImage {
  return {
    project: image.project,
    target: image.target,
    image: image.image,
    ...place,
    files: [],
    bytes: 0,
    contentKey: null,
    bases: [],
    stamps: {},
    widened: [],
    narrowing: 'none',
    suggestedNarrow: null,
    reuse: null,
    unknown: { contentKey: problem.message, files: problem.message, reuse: problem.message },
    problems: [problem],
  };
}

function describeFile({ path, kind, executable, sha256, linkTarget }: ContextEntry): PlannedFile {
  switch (kind) {
    case 'file':
      return { path, kind, mode: executable ? '0755' : '0644', sha256: sha256 ?? '' };
    case 'link':
      return { path, kind, mode: '0777', link: linkTarget ?? '' };
    case 'directory':
      return { path, kind, mode: '0755' };
  }
}
