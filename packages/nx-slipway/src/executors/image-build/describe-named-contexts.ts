import { statSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_OUTPUTS } from '../../artifact/record-files';
import { assertCopySources } from '../../build-context/assert-copy-sources';
import type { BuildContext } from '../../build-context/build-context';
import { NEVER_IN_CONTEXT } from '../../build-context/filtered-tree';
import { listNamedReads } from '../../build-context/named-context';
import { describeContext } from '../../build-context/scan-build-context';
import type { CopySources } from '../../dockerfile/copy-sources';
import type { ParsedDockerfile } from '../../dockerfile/parsed-dockerfile';
import { readMounts } from '../../dockerfile/read-mounts';
import { SlipwayError } from '../../errors/slipway-error';
import type { ImageBuildJob } from './image-build-options';
import { listTaskOutputs } from './list-task-outputs';
import type { PlanningGround } from './planning-ground';

/**
 * What a build is given of its additional build contexts, by name: as with its build context, what the Dockerfile reads, the folder's own ignore
 * file lets through and Nx sees, hashed. Those that the target's stages do not read are left out.
 * @throws {SlipwayError} CONTEXT_NAMED_MISSING, CONTEXT_NAMED_UNUSED, and as `scanBuildContext` and `assertCopySources`
 */
export async function describeNamedContexts(
  job: ImageBuildJob,
  ground: PlanningGround,
  { namedContextReads }: CopySources,
  dockerfile: ParsedDockerfile,
): Promise<ReadonlyMap<string, BuildContext>> {
  const contexts = new Map<string, BuildContext>();
  for (const [name, contextRoot] of Object.entries(job.namedContexts)) {
    assertFolder(name, contextRoot, job);
    const reads = listNamedReads(namedContextReads, name);
    if (reads.length === 0) {
      assertNamed(name, job, dockerfile);
      continue;
    }
    const request = {
      workspaceRoot: job.workspaceRoot,
      contextRoot,
      dockerfile: null,
      ownOutputs: OWN_OUTPUTS,
      taskOutputs: listTaskOutputs(job, ground.place),
    };
    const tree = ground.openTree(request);
    const context = await describeContext(tree, request, ground.entriesOf(tree), reads);
    const named = reads.map(({ line, sources, text }) => ({ line, sources, instruction: text }));
    assertCopySources(named, job.dockerfile, context, NEVER_IN_CONTEXT);
    contexts.set(name, context);
  }
  return contexts;
}

function assertFolder(name: string, path: string, job: ImageBuildJob): void {
  if (statSync(join(job.workspaceRoot, path), { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new SlipwayError('CONTEXT_NAMED_MISSING', { name, path: path || '.', target: `${job.project}:${job.target}` });
}

/** A name that no stage has is a slip of the pen: the line that should have it would take an image of a registry. */
function assertNamed(name: string, { project, target }: ImageBuildJob, { stages, source }: ParsedDockerfile): void {
  const written = stages.flatMap((stage) => [
    stage.base,
    stage.name,
    ...stage.instructions.flatMap((instruction) => [
      ...instruction.flags.filter((flag) => flag.name === 'from').map(({ value }) => value),
      ...(instruction.keyword === 'RUN' ? readMounts(instruction).map(({ from }) => from) : []),
    ]),
  ]);
  if (written.some((text) => text === name || text?.includes('$'))) return;
  throw new SlipwayError('CONTEXT_NAMED_UNUSED', { name, source, target: `${project}:${target}` });
}
