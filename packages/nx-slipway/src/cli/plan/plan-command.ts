import { openWorkspacePlace } from '../workspace/open-workspace-place';
import { readWorkspace } from '../workspace/read-workspace';
import { selectImages } from '../workspace/select-images';
import type { CommandCall, CommandPlace, ExitCode } from '../command';
import { PLAN_SCHEMA_VERSION, type PlanReport } from './describe-plan';
import { findReusableImages } from './find-reusable-images';
import { planImages } from './plan-images';
import { renderPlan } from './render-plan';

/** Shows what images would be built from. @throws {SlipwayError} CONFIG codes */
export async function plan(call: CommandCall, { workspaceRoot, tools, print }: CommandPlace): Promise<ExitCode> {
  const { images } = readWorkspace(workspaceRoot);
  const selected = selectImages(call.arguments, images);
  const place = await openWorkspacePlace(workspaceRoot, images, tools);
  const planned = await planImages(selected, place, tools, {
    narrowAsSuggested: call.options['narrowAsSuggested'] === true,
  });
  const engine = call.options['engine'];
  const report: PlanReport = {
    schemaVersion: PLAN_SCHEMA_VERSION,
    images: await findReusableImages(planned, selected, typeof engine === 'string' ? engine : undefined, tools),
  };
  if (call.options['json'] === true) print(JSON.stringify(report, null, 2));
  else for (const line of renderPlan(report, call.options['files'] === true)) print(line);
  return report.images.some(({ problems }) => problems.some(({ severity }) => severity === 'error')) ? 1 : 0;
}
