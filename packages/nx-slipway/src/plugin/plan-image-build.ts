import { OWN_OUTPUTS } from '../artifact/record-files';
import { listIgnoreFileCandidates } from '../build-context/ignore-file-candidates';
import { listInputGlobs } from '../build-context/list-input-globs';
import { listCopySources } from '../dockerfile/list-copy-sources';
import { listImageReferences } from '../dockerfile/list-image-references';
import { parseDockerfile } from '../dockerfile/parse-dockerfile';
import { isSlipwayError } from '../errors/slipway-error';
import type { WorkspaceFiles } from './workspace-files';

/** The options of an `image-build` that its inputs and edges come from. */
export interface ImageBuildSource {
  /** Workspace-relative. */
  readonly dockerfile: string;
  /** Workspace-relative; `.` is the workspace's root. */
  readonly buildContext: string;
  readonly targetStage?: string;
  readonly platform?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** What a Dockerfile and its ignore file say about a build before it runs. */
export interface ImageBuildReading {
  /** Images that the needed Dockerfile stages start from or copy from, as far as arguments can be resolved. */
  readonly references: readonly string[];
  /** Filesets of Nx that match every file which the build can read, and possibly more. */
  readonly inputGlobs: readonly string[];
  /** False where the Dockerfile fetches what no input covers: Nx must then not keep the result. */
  readonly reusable: boolean;
}

/**
 * Reads a Dockerfile and its ignore file. A Dockerfile that is missing or does not parse names no images here: `image-build`
 * reports it when it runs. Pure but for reading through `files`.
 */
export function planImageBuild(source: ImageBuildSource, files: WorkspaceFiles): ImageBuildReading {
  const contextRoot = source.buildContext === '.' ? '' : source.buildContext;
  const ignoreFile =
    listIgnoreFileCandidates(contextRoot, source.dockerfile).find((path) => files.read(path) !== undefined) ?? null;
  return {
    ...readDockerfile(source, files),
    inputGlobs: listInputGlobs({
      contextRoot,
      dockerfile: source.dockerfile,
      ignoreFile,
      ignoreText: ignoreFile === null ? null : (files.read(ignoreFile) ?? null),
      ownOutputs: OWN_OUTPUTS,
    }),
  };
}

function readDockerfile(
  source: ImageBuildSource,
  files: WorkspaceFiles,
): Pick<ImageBuildReading, 'references' | 'reusable'> {
  const text = files.read(source.dockerfile);
  if (text === undefined) return { references: [], reusable: true };
  try {
    const dockerfile = parseDockerfile(text, source.dockerfile);
    const references = listImageReferences(dockerfile, source).filter(({ resolved }) => resolved);
    return {
      references: references.map(({ reference }) => reference),
      reusable: listCopySources(dockerfile, source).reusable,
    };
  } catch (error) {
    if (isSlipwayError(error)) return { references: [], reusable: true };
    throw error;
  }
}
