import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBuiltHere } from '../src/artifact/built-here';
import { writeImageRecords } from '../src/artifact/record-files';
import { makeTree } from '../src/build-context/testing/temporary-tree';
import type { BuildEquipment } from '../src/executors/image-build/build-equipment';
import { buildImage, type BuildOutcome } from '../src/executors/image-build/build-image';
import { jobOfWorkspaceImage } from '../src/executors/image-build/job-of-workspace-image';
import { openPlanningGround } from '../src/executors/image-build/planning-ground';
import { prepareBuild, type PreparedBuild } from '../src/executors/image-build/prepare-build';
import { secureBases } from '../src/executors/image-build/secure-images';
import type { TaskPlace } from '../src/executors/task-place';
import type { WorkspaceImage } from '../src/plugin/list-workspace-images';
import { openMemoryEngine, type MemoryEngine } from './memory-engine';

/** An image ID of one digit. */
export const imageIdOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A workspace on disk whose projects `web` and `base` have images, with an engine in memory. */
export interface ImageBuildLab {
  readonly place: TaskPlace;
  readonly engine: MemoryEngine;
  readonly equipment: BuildEquipment;
  /** When this run of Nx began, in milliseconds since the epoch; not known at first. */
  readonly run: { beganAt: number | undefined };
  /** What was printed. */
  readonly lines: string[];
  /** Writes a file of the workspace. */
  write(workspaceRelativePath: string, content: string | Uint8Array): void;
  prepare(image?: string, configuration?: string): Promise<PreparedBuild>;
  /** What `image-build` does: prepares, builds or reuses, and writes the records. */
  build(image?: string, configuration?: string): Promise<BuildOutcome>;
  dispose(): void;
}

/** Opens the workspace with a Dockerfile, a file `web/a.txt` and these options of the target; `base` is `FROM scratch`. */
export function openImageBuildLab(
  dockerfile: string,
  options: Readonly<Record<string, unknown>> = {},
  configurations: WorkspaceImage['configurations'] = {},
): ImageBuildLab {
  const folder = makeTree({
    'workspace/web/Dockerfile': dockerfile,
    'workspace/web/a.txt': 'a',
    'workspace/base/Dockerfile': 'FROM scratch\n',
  });
  const workspaceRoot = join(folder, 'workspace');
  const machineStore = join(folder, 'machine');
  const engine = openMemoryEngine(folder, imageIdOf('1'));
  const lines: string[] = [];
  const run: ImageBuildLab['run'] = { beganAt: undefined };
  const place: TaskPlace = {
    workspaceRoot,
    project: 'web',
    target: 'image-build',
    projectRoot: 'web',
    machineStore,
    workspaceImages: [
      { image: 'web', project: 'web', target: 'image-build', projectRoot: 'web', options, configurations },
      { image: 'base', project: 'base', target: 'image-build', projectRoot: 'base', options: {} },
    ],
    outputsOf: () => undefined,
    listProjects: () => new Map(),
    findDeploy: () => undefined,
  };
  const equipment: BuildEquipment = {
    store: engine.store,
    builder: engine.builder,
    admission: {
      run: (_, work) =>
        work({ follow: () => () => undefined, measurement: () => undefined, unseenBecause: () => undefined }),
    },
    builtHere: openBuiltHere(machineStore),
    machineStore,
    runBeganAt: () => run.beganAt,
    tools: {
      runner: { run: (command) => Promise.reject(new Error(`${command} was run`)) },
      clock: { now: () => 0, sleep: () => Promise.resolve() },
      env: {},
      log: { line: (text) => void lines.push(text) },
      signal: new AbortController().signal,
    },
  };
  const prepare: ImageBuildLab['prepare'] = (image = 'web', configuration) =>
    prepareBuild(jobOfWorkspaceImage(image, place, configuration), openPlanningGround(place, equipment.tools.clock));
  return {
    place,
    engine,
    equipment,
    run,
    lines,
    prepare,
    write: (path, content) => writeFileSync(join(workspaceRoot, path), content),
    async build(image, configuration) {
      const prepared = await secureBases(await prepare(image, configuration), place, equipment);
      const outcome = await buildImage(prepared, equipment);
      await writeImageRecords(workspaceRoot, outcome.record, outcome.build);
      return outcome;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
