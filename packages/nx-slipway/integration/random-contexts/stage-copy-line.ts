import { join } from 'node:path';
import { assertCopySources } from '../../src/build-context/assert-copy-sources';
import { openFileDigests } from '../../src/build-context/file-digests';
import { NEVER_IN_CONTEXT } from '../../src/build-context/filtered-tree';
import { scanBuildContext } from '../../src/build-context/scan-build-context';
import { stageBuildContext } from '../../src/build-context/stage-build-context';
import { isSlipwayError } from '../../src/errors/slipway-error';
import { contextOf, readsOf, type CopyLine } from './copy-lines';

/** A line, and what its build is given, or why there would be no build. */
export type StagedLine = CopyLine &
  (
    | {
        readonly status: 'staged';
        /** Absolute path of the staged context. */
        readonly context: string;
        readonly engineIgnoreText: string;
      }
    | { readonly status: 'refused'; readonly message: string }
  );

/** Stages what a Dockerfile with this line alone is given of a folder, in a folder of the line's number. */
export async function stageCopyLine(line: CopyLine, root: string, stagedContexts: string): Promise<StagedLine> {
  const reads = readsOf(`FROM scratch\n${line.text}\n`);
  const context = join(stagedContexts, String(line.number));
  try {
    const digests = openFileDigests(join(root, '../digests'), { now: () => 0 });
    const selected = await scanBuildContext(contextOf(root), digests, reads);
    assertCopySources(reads, 'Dockerfile', selected, NEVER_IN_CONTEXT);
    await stageBuildContext(selected, context);
    return { ...line, status: 'staged', context, engineIgnoreText: selected.engineIgnoreText };
  } catch (error) {
    if (isSlipwayError(error)) return { ...line, status: 'refused', message: error.problem.message };
    throw error;
  }
}
