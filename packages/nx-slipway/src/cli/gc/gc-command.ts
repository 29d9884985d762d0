import { rememberWorkspace } from '../../artifact/known-workspaces';
import { resolveMachineStore } from '../../artifact/machine-paths';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { collectGarbage } from './collect-garbage';
import { DEFAULT_GARBAGE_AGE } from './gc-declaration';
import { openCollectors } from './open-collectors';
import { parseAge } from './parse-age';
import { renderCollectionsJson, renderItem, renderSummary } from './render-collections';

/** Removes what this plugin made and nothing needs any more. @throws {SlipwayError} CONFIG_ARGUMENT_INVALID */
export async function gc(call: CommandCall, { workspaceRoot, tools, print }: CommandPlace): Promise<ExitCode> {
  const dryRun = call.options['dryRun'] === true;
  const asJson = call.options['json'] === true;
  // What this workspace needs stays, also where no task of it has run since the machine store lost its memory.
  await rememberWorkspace(resolveMachineStore(tools.env), workspaceRoot, tools.clock.now());
  const olderThanMs = parseAge(String(call.options['olderThan'] ?? DEFAULT_GARBAGE_AGE));
  const collections = await collectGarbage(openCollectors({ unusedSinceMs: tools.clock.now() - olderThanMs, tools }), {
    dryRun,
    signal: tools.signal,
    onItem: (item) => {
      if (!asJson) print(renderItem(item, dryRun));
    },
  });
  if (asJson) print(renderCollectionsJson(collections, dryRun));
  else for (const line of renderSummary(collections, dryRun)) print(line);
  const isClean = collections.every(
    ({ problem, items }) => problem === null && items.every((item) => item.problem === null),
  );
  return isClean ? 0 : 1;
}
