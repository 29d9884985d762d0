import { splitShellCommands } from '../shell-commands';
import { readGoCommand } from './go-commands';
import type { GoModuleMode } from './go-modules';

/** Verbs that read packages, and so take modules from somewhere. */
const READING_VERBS = new Set(['build', 'install', 'run', 'test', 'vet', 'list', 'generate', 'tool', 'fix']);

/**
 * What the go commands of a Dockerfile take modules from: `-mod` of each, else `GOFLAGS` in front of it, exported before it, or of the
 * environment. `unknown` where they differ, where a shell variable decides, and where no go command is seen and the environment does not
 * say: then a script or a makefile calls it.
 * @param runTexts Shell texts of the RUN instructions of a stage.
 * @param env What ENV and ARG say, expanded.
 */
export function detectModuleMode(
  runTexts: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): GoModuleMode {
  const modes = new Set(runTexts.flatMap((text) => listModes(text, env['GOFLAGS'])));
  const [mode] = modes;
  if (mode !== undefined) return modes.size > 1 ? 'unknown' : mode;
  const inherited = readMode(env['GOFLAGS'] ?? '');
  return inherited === 'auto' ? 'unknown' : inherited;
}

function listModes(text: string, environment = ''): readonly GoModuleMode[] {
  let goFlags = environment;
  return splitShellCommands(text).flatMap((command) => {
    const assigned = [...command.assignments, ...command.words.map(({ text: word }) => word)].find((word) =>
      word.startsWith('GOFLAGS='),
    );
    const go = readGoCommand(command);
    if (!go) {
      goFlags = assigned?.slice('GOFLAGS='.length) ?? goFlags;
      return [];
    }
    if (!READING_VERBS.has(go.verb)) return [];
    const own = go.flags.filter((flag) => flag.startsWith('-mod=')).at(-1);
    return [readMode(own ?? go.goFlags ?? goFlags)];
  });
}

function readMode(flags: string): GoModuleMode {
  const value = [...flags.matchAll(/(?:^|\s)--?mod=(\S*)/g)].at(-1)?.[1];
  if (value === undefined) return flags.includes('$') ? 'unknown' : 'auto';
  if (value === 'vendor') return 'vendor';
  return value === 'mod' || value === 'readonly' ? 'module' : 'unknown';
}
