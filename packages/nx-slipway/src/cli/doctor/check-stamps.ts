import { posix } from 'node:path';
import { locateJson } from '../../build-context/locate-json';
import { describeProblem } from '../../errors/slipway-error';
import type { ImageBuildJob } from '../../executors/image-build/image-build-options';
import type { DoctorGround } from './check';
import type { Finding } from './finding';

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
  return jobs.flatMap(({ job }) => {
    const root = workspaceImages.find(({ project }) => project === job.project)?.projectRoot ?? '.';
    return Object.entries(job.options.buildArgs).flatMap(([name, value]): Finding[] => {
      const reason = findStampReason(name, value);
      if (reason === undefined) return [];
      const facts = { name, reason, target: `${job.project}:${job.target}` };
      const place = locateArgument(job, name, root, readText);
      return [{ image: job.image, ...place, problem: describeProblem('CONFIG_STAMP_IN_ARGUMENTS', facts) }];
    });
  });
}

/** Why a build argument looks like a stamp; `undefined` where it does not. Pure. */
export function findStampReason(name: string, value: string): string | undefined {
  const byValue = STAMP_VALUES.find(([pattern]) => pattern.test(value))?.[1];
  return byValue ?? (STAMP_NAME.test(name) ? 'by its name' : undefined);
}

/** The option may also come from `targetDefaults` of nx.json. */
function locateArgument(
  { target }: ImageBuildJob,
  name: string,
  projectRoot: string,
  readText: DoctorGround['readText'],
): { readonly file: string | null; readonly line: number | null } {
  const options = ['options', 'buildArgs', name];
  const places = [
    { file: posix.join(projectRoot, 'project.json'), path: ['targets', target, ...options] },
    { file: posix.join(projectRoot, 'package.json'), path: ['nx', 'targets', target, ...options] },
    { file: 'nx.json', path: ['targetDefaults', target, ...options] },
    { file: 'nx.json', path: ['targetDefaults', 'nx-slipway:image-build', ...options] },
  ];
  for (const { file, path } of places) {
    const text = readText(file);
    const locations = text === undefined ? undefined : locateJson(text);
    if (locations?.status !== 'valid') continue;
    const line = locations.findLine(path);
    if (line !== undefined) return { file, line };
  }
  return { file: null, line: null };
}
