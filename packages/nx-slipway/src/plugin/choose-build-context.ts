import { posix } from 'node:path';
import { listCopySources } from '../dockerfile/list-copy-sources';
import { parseDockerfile } from '../dockerfile/parse-dockerfile';
import { isSlipwayError } from '../errors/slipway-error';
import { MAX_DOCKERFILE_LENGTH } from './dockerfile-length';
import type { WorkspaceFiles } from './workspace-files';
import { joinWorkspacePath } from './workspace-path';

/**
 * The build context of a Dockerfile that lies with others like it in a folder of no project: the workspace's root, unless
 * something that it copies is missing there while all of it is in the folder. Looks at paths up to their first wildcard. Pure but
 * for reading through `files`.
 * @returns workspace-relative; `.` is the workspace's root
 */
export function chooseBuildContext(dockerfile: string, files: WorkspaceFiles): string {
  const folder = posix.dirname(dockerfile);
  const sources = listSources(dockerfile, files);
  const isThere = (root: string) => (source: string) => exists(joinWorkspacePath(root, source), files);
  return !sources.every(isThere('.')) && sources.every(isThere(folder)) ? folder : '.';
}

function listSources(dockerfile: string, files: WorkspaceFiles): readonly string[] {
  const text = files.read(dockerfile) ?? '';
  if (text.length > MAX_DOCKERFILE_LENGTH) return [];
  try {
    const { reads } = listCopySources(parseDockerfile(text, dockerfile), { buildArgs: {} });
    return reads.flatMap(({ sources }) => sources.map(withoutWildcards)).filter((source) => source !== '');
  } catch (error) {
    if (isSlipwayError(error)) return [];
    throw error;
  }
}

function withoutWildcards(source: string): string {
  const segments = source.split('/');
  const wild = segments.findIndex((segment) => /[*?[\\]/.test(segment));
  return (wild < 0 ? segments : segments.slice(0, wild)).join('/');
}

function exists(path: string, files: WorkspaceFiles): boolean {
  return files.list(posix.dirname(path)).includes(posix.basename(path));
}
