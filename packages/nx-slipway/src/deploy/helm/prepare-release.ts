import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HelmRelease } from '../../clusters/cluster';
import { SlipwayError } from '../../errors/slipway-error';
import { isLocalChart, parseImageValuePaths, renderImageValues, type HelmOption } from './helm-option';

/** Whose release it is. */
export interface ReleaseGround {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
}

/**
 * A release as a cluster installs it.
 * @param references image name to how manifests name it
 * @throws {SlipwayError} DEPLOY_CHART_MISSING
 */
export async function prepareRelease(
  option: HelmOption,
  references: ReadonlyMap<string, string>,
  ground: ReleaseGround,
): Promise<HelmRelease> {
  const { release: name, namespace, version } = option;
  const files = await digestReleaseFiles(option, ground);
  const values = Object.assign(
    {},
    ...Object.entries(option.images).map(([paths, image]) => {
      const parsed = parseImageValuePaths(paths);
      const reference = references.get(image);
      return parsed && reference !== undefined ? renderImageValues(parsed, reference) : {};
    }),
  ) as Record<string, string>;
  const absolute = (path: string): string => join(ground.workspaceRoot, path);
  return {
    name,
    namespace,
    version,
    chart: isLocalChart(option.chart) ? absolute(option.chart) : option.chart,
    valuesFiles: option.values.map(absolute),
    values,
    digest: createHash('sha256')
      .update(JSON.stringify({ ...option, files, values }))
      .digest('hex'),
  };
}

/**
 * Path and SHA-256 of each file that a release is made of: the chart's own and those with values. A chart that is fetched is told
 * by its version, which the option must give.
 * @throws {SlipwayError} DEPLOY_CHART_MISSING
 */
export async function digestReleaseFiles(
  { release, chart, values }: HelmOption,
  { project, workspaceRoot }: ReleaseGround,
): Promise<(readonly [path: string, sha256: string])[]> {
  const missing =
    (path: string) =>
    (error: unknown): never => {
      throw new SlipwayError('DEPLOY_CHART_MISSING', { project, release, path }, { cause: error });
    };
  const charts = isLocalChart(chart) ? await listFiles(chart, workspaceRoot).catch(missing(chart)) : [];
  return Promise.all(
    [...charts, ...values].map(async (path) => {
      const bytes = await readFile(join(workspaceRoot, path)).catch(missing(path));
      return [path, createHash('sha256').update(bytes).digest('hex')] as const;
    }),
  );
}

async function listFiles(path: string, workspaceRoot: string): Promise<string[]> {
  const absolutePath = join(workspaceRoot, path);
  if (!(await stat(absolutePath)).isDirectory()) return [path];
  const entries = await readdir(absolutePath, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(path, entry.parentPath.slice(absolutePath.length), entry.name))
    .toSorted();
}
