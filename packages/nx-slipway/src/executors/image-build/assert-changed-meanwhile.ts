import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { imageRecordPath } from '../../artifact/record-files';
import { openBuildMemory } from '../../build-context/build-memory';
import {
  compareBuilds,
  describeComparedBuild,
  renderReason,
  type BuildDifferences,
  type ComparedBuild,
} from '../../build-context/compare-builds';
import { LOCK_FILE } from '../../build-context/slipway-lock';
import { SlipwayError } from '../../errors/slipway-error';
import type { BuildEquipment } from './build-equipment';
import { missedByNx, type ChangedThing } from './missed-by-nx';
import type { PreparedBuild } from './prepare-build';
import type { ClaimedImage } from './verify-claims';

/**
 * The net under all inputs that Nx might not see: makes sure that what differs between a claim and the working tree changed after this run of
 * Nx began, as when a developer saves a file meanwhile. Where the beginning of the run is not known, that is taken for granted.
 * @throws {SlipwayError} ARTIFACT_INPUTS_MISSED
 */
export async function assertChangedMeanwhile(
  { build, prepared }: ClaimedImage,
  equipment: Pick<BuildEquipment, 'machineStore' | 'runBeganAt'>,
): Promise<void> {
  const beganAt = equipment.runBeganAt();
  if (beganAt === undefined) return;
  const { job } = prepared;
  const past = await openBuildMemory(equipment.machineStore, job.workspaceRoot).recall(job.image);
  const before = past.find(({ contentKey }) => contentKey === build.contentKey);
  const now = describeComparedBuild(prepared.contentKey, prepared.keyParts);
  const differences = before && compareBuilds(before, now);
  const changed = differences ? listChanged(differences, prepared) : listAll(now, prepared);
  if (!missedByNx(changed, beganAt)) return;
  throw new SlipwayError('ARTIFACT_INPUTS_MISSED', {
    image: job.image,
    differences: (differences && renderReason(differences)) || 'this machine does not remember which ones',
    project: job.project,
    target: job.target,
  });
}

function listChanged({ entries, settings }: BuildDifferences, prepared: PreparedBuild): ChangedThing[] {
  const replaced = new Set(
    prepared.buildContext.entries.filter(({ content }) => content !== undefined).map(({ path }) => path),
  );
  return [
    ...settings.map(({ name }) => ({ changedAt: newestOf(filesOfSetting(name, prepared)), mayFollow: false })),
    ...entries.map(({ path, change }) => ({
      changedAt: newestOf([join(prepared.buildContext.root, path)]),
      mayFollow: change !== 'changed' || replaced.has(path),
    })),
  ];
}

/** Where it is not known what differs, it may be anything: each thing may be changed because of another one. */
function listAll({ settings, entries }: ComparedBuild, prepared: PreparedBuild): ChangedThing[] {
  const files = entries.map(({ path }) => join(prepared.buildContext.root, path));
  const ofSettings = Object.keys(settings).flatMap((name) => filesOfSetting(name, prepared));
  // A file that was removed leaves its trace in its folder only.
  const folders = new Set(files.map((path) => dirname(path)));
  return [...files, ...folders, ...ofSettings].map((path) => ({ changedAt: newestOf([path]), mayFollow: true }));
}

/** The files that a setting of a `ComparedBuild` comes from, absolute. */
function filesOfSetting(name: string, { job, buildContext, baseImages }: PreparedBuild): string[] {
  return listSettingFiles(name, { job, buildContext, baseImages }).map((path) => join(job.workspaceRoot, path));
}

function listSettingFiles(
  name: string,
  { job, buildContext, baseImages }: Pick<PreparedBuild, 'job' | 'buildContext' | 'baseImages'>,
): string[] {
  if (name === 'Dockerfile') return [job.dockerfile];
  if (name === 'ignore rules') return [buildContext.ignoreFile ?? job.dockerfile];
  if (name.startsWith('base ')) return [LOCK_FILE, job.dockerfile, ...baseImages.map(imageRecordPath)];
  return ['nx.json', join(job.projectRoot, 'project.json'), join(job.projectRoot, 'package.json')];
}

/** When the newest of these changed, in milliseconds since the epoch; of one that is gone, when its folder did. */
function newestOf(paths: readonly string[]): number {
  return Math.max(...paths.map(changeTimeOf));
}

function changeTimeOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  // A file's mode changes without its mtime; a file that is moved here may keep both.
  if (stats) return Math.max(stats.mtimeMs, stats.ctimeMs);
  return dirname(path) === path ? 0 : changeTimeOf(dirname(path));
}
