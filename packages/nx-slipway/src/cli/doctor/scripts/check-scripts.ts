import { posix } from 'node:path';
import { imageNameOfReference } from '../../../artifact/image-name';
import { describeProblem, type Problem } from '../../../errors/slipway-error';
import type { ImageBuildJob } from '../../../executors/image-build/image-build-options';
import { hasVersion } from '../check-bases';
import type { DoctorGround } from '../check';
import type { Finding } from '../finding';
import { listCommands, type ScriptCommand } from './list-commands';
import { readImageCommand, type ImageCommand } from './read-command';
import type { ScriptFile } from './script-file';

/** How much of a command a finding shows. */
const SHOWN_COMMAND_LENGTH = 120;

/**
 * Scripts that build without a cache, use images without a version, build on their way to a deploy, or build what a target
 * of the workspace builds. Pure.
 */
export function checkScripts({ scripts, jobs }: DoctorGround): readonly Finding[] {
  return scripts.flatMap((script) =>
    checkScript(
      script,
      jobs.map(({ job }) => job),
    ),
  );
}

interface ReadCommand {
  readonly command: ScriptCommand;
  readonly does: ImageCommand;
}

function checkScript(script: ScriptFile, jobs: readonly ImageBuildJob[]): readonly Finding[] {
  const commands = listCommands(script).flatMap((command): ReadCommand[] => {
    const does = readImageCommand(command);
    return does ? [{ command, does }] : [];
  });
  return commands.flatMap((read) => {
    const { line } = read.command;
    const facts = { place: `${script.path}:${line}`, command: shorten(read.command.words.join(' ')) };
    return [
      ...listUnversioned(read.does).map((reference) =>
        describeProblem('CONFIG_SCRIPT_LATEST', { ...facts, reference }),
      ),
      ...(read.does.kind === 'build' ? checkBuild(read, commands, script, jobs, facts) : []),
    ].map((problem) => ({ image: null, file: script.path, line, problem }));
  });
}

function checkBuild(
  { command, does }: ReadCommand,
  commands: readonly ReadCommand[],
  script: ScriptFile,
  jobs: readonly ImageBuildJob[],
  facts: { readonly place: string; readonly command: string },
): Problem[] {
  if (does.kind !== 'build') return [];
  const deploy = commands.find((other) => other.does.kind === 'deploy' && other.command.unit === command.unit);
  const job = findBuiltJob(does, script, jobs);
  return [
    ...(does.noCache ? [describeProblem('CONFIG_SCRIPT_NO_CACHE', facts)] : []),
    ...(deploy?.does.kind === 'deploy'
      ? [
          describeProblem('CONFIG_SCRIPT_REBUILDS', {
            ...facts,
            deployLine: deploy.command.line,
            deploy: deploy.does.what,
          }),
        ]
      : []),
    ...(job
      ? [
          describeProblem('CONFIG_SCRIPT_BUILDS_AGAIN', {
            ...facts,
            image: job.image,
            target: `${job.project}:${job.target}`,
          }),
        ]
      : []),
  ];
}

function listUnversioned(does: ImageCommand): readonly string[] {
  const references = does.kind === 'build' ? does.tags : does.references;
  // What a variable holds is not known, unless the text says it.
  return references.filter(
    (reference) => reference.endsWith(':latest') || (!reference.includes('$') && !hasVersion(reference)),
  );
}

/** By the image's name, or by the Dockerfile, whose path may be meant from the workspace's root or the script's folder. */
function findBuiltJob(
  build: Extract<ImageCommand, { kind: 'build' }>,
  script: ScriptFile,
  jobs: readonly ImageBuildJob[],
): ImageBuildJob | undefined {
  const names = build.tags.filter((tag) => !tag.includes('$')).map(imageNameOfReference);
  const byName = jobs.find(({ image }) => names.some((name) => name === image || name.endsWith(`/${image}`)));
  if (byName) return byName;
  const folder = build.folder;
  const file = build.dockerfile ?? (folder === undefined ? undefined : posix.join(folder, 'Dockerfile'));
  if (file === undefined || file.includes('$')) return undefined;
  const paths = ['.', posix.dirname(script.path)].map((start) => posix.join(start, file));
  return jobs.find(({ dockerfile }) => paths.includes(dockerfile));
}

function shorten(text: string): string {
  return text.length <= SHOWN_COMMAND_LENGTH ? text : `${text.slice(0, SHOWN_COMMAND_LENGTH)}…`;
}
