import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { SlipwayError } from '../errors/slipway-error';
import type { AppliedRecord } from './applied-record';
import type { BuildRecord, ImageRecord } from './image-record';
import { appliedRecordSchema, buildRecordSchema, imageRecordSchema } from './record-schemas';
import { writeFileAtomically } from './write-file-atomically';

/** Workspace-relative folder with one folder per image. */
export const IMAGES_FOLDER = 'dist/images';
/** Workspace-relative folder with one folder per deploying project. */
export const DEPLOYS_FOLDER = 'dist/deploys';
/** Workspace-relative folder with one folder per tested project. */
export const E2E_FOLDER = 'dist/e2e';
/** Everything that this plugin writes into a workspace: never part of a build context. */
export const OWN_OUTPUTS: readonly string[] = [IMAGES_FOLDER, DEPLOYS_FOLDER, E2E_FOLDER];

const SUPPORTED_VERSION = 1;

/** Where a record is and which target makes it; the latter is named in errors. */
export interface RecordLocation {
  readonly workspaceRoot: string;
  readonly workspaceRelativePath: string;
  readonly project: string;
  readonly target: string;
}

/** Which target makes a record, and where the workspace is. */
export type RecordProducer = Omit<RecordLocation, 'workspaceRelativePath'>;

/** Workspace-relative path of an image's `image.json`. */
export function imageRecordPath(image: string): string {
  return `${IMAGES_FOLDER}/${image}/image.json`;
}

/** Workspace-relative path of an image's `build.json`. */
export function buildRecordPath(image: string): string {
  return `${IMAGES_FOLDER}/${image}/build.json`;
}

/** Workspace-relative path of a project's `applied.json`. */
export function appliedRecordPath(project: string): string {
  return `${DEPLOYS_FOLDER}/${project}/applied.json`;
}

/**
 * Workspace-relative folder of what a project's tests leave. A slash in the project's name is `%2F` there, so that no project
 * has its folder within another's.
 */
export function e2eFolderOf(project: string): string {
  return `${E2E_FOLDER}/${project.replaceAll('%', '%25').replaceAll('/', '%2F')}`;
}

/**
 * Reads and validates `image.json`, and that it speaks of the image that was asked for.
 * @throws {SlipwayError} ARTIFACT_MISSING, ARTIFACT_INVALID, ARTIFACT_VERSION_UNSUPPORTED, ARTIFACT_IMAGE_MISMATCH
 */
export async function readImageRecord(image: string, producer: RecordProducer): Promise<ImageRecord> {
  const location = { ...producer, workspaceRelativePath: imageRecordPath(image) };
  const record = await readRecord(location, image, imageRecordSchema);
  if (record.name !== image) {
    throw new SlipwayError('ARTIFACT_IMAGE_MISMATCH', {
      path: location.workspaceRelativePath,
      found: record.name,
      expected: image,
      project: location.project,
      target: location.target,
    });
  }
  return record;
}

/**
 * Reads and validates `build.json`.
 * @throws {SlipwayError} ARTIFACT_MISSING, ARTIFACT_INVALID, ARTIFACT_VERSION_UNSUPPORTED
 */
export async function readBuildRecord(image: string, producer: RecordProducer): Promise<BuildRecord> {
  return readRecord({ ...producer, workspaceRelativePath: buildRecordPath(image) }, image, buildRecordSchema);
}

/**
 * Reads and validates a project's `applied.json`.
 * @throws {SlipwayError} ARTIFACT_MISSING, ARTIFACT_INVALID, ARTIFACT_VERSION_UNSUPPORTED
 */
export async function readAppliedRecord(producer: RecordProducer): Promise<AppliedRecord> {
  const location = { ...producer, workspaceRelativePath: appliedRecordPath(producer.project) };
  return readRecord(location, producer.project, appliedRecordSchema);
}

/** Writes `build.json` and then `image.json`, each whole or not at all. */
export async function writeImageRecords(workspaceRoot: string, image: ImageRecord, build: BuildRecord): Promise<void> {
  await writeRecord(workspaceRoot, buildRecordPath(image.name), build);
  await writeRecord(workspaceRoot, imageRecordPath(image.name), image);
}

/** Writes a project's `applied.json`. */
export async function writeAppliedRecord(workspaceRoot: string, record: AppliedRecord): Promise<void> {
  await writeRecord(workspaceRoot, appliedRecordPath(record.project), record);
}

/** Afterwards a project has no `applied.json`. */
export async function removeAppliedRecord(workspaceRoot: string, project: string): Promise<void> {
  await rm(join(workspaceRoot, appliedRecordPath(project)), { force: true });
}

async function writeRecord(workspaceRoot: string, workspaceRelativePath: string, record: unknown): Promise<void> {
  await writeFileAtomically(join(workspaceRoot, workspaceRelativePath), `${JSON.stringify(record, null, 2)}\n`);
}

async function readRecord<RecordType>(
  location: RecordLocation,
  image: string,
  schema: z.ZodType<RecordType>,
): Promise<RecordType> {
  const facts = { path: location.workspaceRelativePath, project: location.project, target: location.target };
  const text = await readFile(join(location.workspaceRoot, location.workspaceRelativePath), 'utf8').catch(
    (error: unknown) => {
      throw new SlipwayError('ARTIFACT_MISSING', { ...facts, image }, { cause: error });
    },
  );
  const value = parseJson(text, (reason) => new SlipwayError('ARTIFACT_INVALID', { ...facts, reason }));
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version !== SUPPORTED_VERSION) {
    throw new SlipwayError('ARTIFACT_VERSION_UNSUPPORTED', { ...facts, version, supported: SUPPORTED_VERSION });
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const reason = `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'is not valid'}`;
    throw new SlipwayError('ARTIFACT_INVALID', { ...facts, reason });
  }
  return result.data;
}

function parseJson(text: string, invalid: (reason: string) => SlipwayError): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalid((error as Error).message);
  }
}
