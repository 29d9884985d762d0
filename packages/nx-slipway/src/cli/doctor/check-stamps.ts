import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { describeProblem } from '../../errors/slipway-error';
import type { DoctorGround } from './check';
import type { Finding } from './finding';
import { mayDecideContent } from './fixes/may-decide-content';
import { moveStamp } from './fixes/move-stamp';
import { findJsonLine, listOptionPlaces, type ConfiguredTarget, type OptionsPlace } from './fixes/place-of-options';

/** Names of arguments that tell when or from what an image was built. `GO_VERSION` and the like are none. */
const STAMP_NAME =
  /^(?:(?:GIT|VCS|SOURCE|BUILD|CI|APP|IMAGE|GITHUB|RELEASE)_?(?:COMMIT|SHA|REV|REVISION|REF|HASH|BRANCH|TAG|DATE|TIME|TIMESTAMP|NUMBER|NUM|ID|VERSION|COMMIT_SHA|RUN_ID|RUN_NUMBER)|COMMIT(?:_?(?:SHA|HASH|ID|REF))?|SHA|REVISION|TIMESTAMP|VERSION|CREATED|DATE)$/i;

const STAMP_VALUES: readonly (readonly [RegExp, string])[] = [
  [/\$\(\s*(?:git|date)\b|`\s*(?:git|date)\b/, 'it comes from a command'],
  [/\{(?:commit|branch|date|time|build|version)\w*\}/i, 'it is a token that changes'],
  [/^[0-9a-f]{40}$/i, 'it is a commit'],
  [/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)/, 'it is a date'],
];

/** Build arguments that look like stamps and are not declared as such. Pure but for reading the project's configuration. */
export function checkStamps({ jobs, workspaceImages, readText }: DoctorGround): readonly Finding[] {
  return jobs.flatMap(({ job, dockerfileText }) => {
    const projectRoot = workspaceImages.find(({ project }) => project === job.project)?.projectRoot ?? '.';
    return Object.entries(job.options.buildArgs).flatMap(([name, value]): Finding[] => {
      const reason = findStampReason(name, value);
      if (reason === undefined) return [];
      const problem = describeProblem('CONFIG_STAMP_IN_ARGUMENTS', {
        name,
        reason,
        target: `${job.project}:${job.target}`,
      });
      const place = locateArgument(name, { target: job.target, projectRoot }, readText);
      if (!place) return [{ image: job.image, file: null, line: null, problem }];
      const finding = { image: job.image, file: place.options.file, line: place.line, problem };
      // A stamp is not in the content key, so an argument that decides what is built must not become one.
      if (!tellsOnlyOrigin(name, value) || mayDecideContent(name, parseDockerfile(dockerfileText, job.dockerfile))) {
        return [finding];
      }
      return [{ ...finding, fix: moveStamp(name, value, place.options, job.options.stamps, readText) }];
    });
  });
}

/** Why a build argument looks like a stamp; `undefined` where it does not. Pure. */
export function findStampReason(name: string, value: string): string | undefined {
  const byValue = STAMP_VALUES.find(([pattern]) => pattern.test(value))?.[1];
  return byValue ?? (STAMP_NAME.test(name) ? 'by its name' : undefined);
}

/** Of a commit or a time nothing is built; a version, a tag or a branch may be what is fetched. Pure. */
function tellsOnlyOrigin(name: string, value: string): boolean {
  return STAMP_VALUES.some(([pattern]) => pattern.test(value)) || !/VERSION|TAG|BRANCH|REF|ID|NUM/i.test(name);
}

function locateArgument(
  name: string,
  target: ConfiguredTarget,
  readText: DoctorGround['readText'],
): { readonly options: OptionsPlace; readonly line: number } | undefined {
  for (const options of listOptionPlaces(target)) {
    const line = findJsonLine(readText(options.file) ?? '', [...options.path, 'buildArgs', name]);
    if (line !== undefined) return { options, line };
  }
  return undefined;
}
