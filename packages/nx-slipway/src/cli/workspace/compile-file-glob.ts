/**
 * Whether a workspace-relative path matches a glob: `*` and `?` within a part, `**` for any folders, `{a,b}` not nested. Names
 * that begin with a dot are matched like others, as Nx does. Pure.
 * @throws a plain error for any other glob character: the globs are those of this plugin, not of a user
 */
export function compileFileGlob(glob: string): (path: string) => boolean {
  const alternatives = /^\{(.*)\}$/s.exec(glob)?.[1]?.split(',') ?? [glob];
  const pattern = new RegExp(`^(?:${alternatives.map(patternOf).join('|')})$`);
  return (path) => pattern.test(path);
}

function patternOf(glob: string): string {
  if (/[[\]{}()!+@|\\]/.test(glob)) throw new Error(`not a plain glob: ${glob}`);
  return glob
    .split(/(\*\*\/|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:[^/]+/)*';
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : part.replaceAll(/[.^$]/g, String.raw`\$&`);
    })
    .join('');
}
