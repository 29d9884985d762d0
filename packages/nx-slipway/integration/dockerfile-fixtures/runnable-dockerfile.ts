/** What stands for what a machine without image registries and networks does not have. */
export interface Substitutes {
  /** In place of an image from elsewhere, by its reference. */
  baseFor(reference: string): string;
  /** What a RUN line runs, in JSON form. */
  readonly command: string;
  /** Names that are build contexts, not images. */
  readonly namedContexts: readonly string[];
}

const FLAG = String.raw`[ \t]+"?--(?:"[^"]*"|'[^']*'|[^\s"'])+"?`;
const FROM = new RegExp(String.raw`^(FROM(?:${FLAG})*[ \t]+)(\S+)(.*)$`, 'i');
const FROM_IMAGE = /(--from=|,from=)([\w./:-]+)/;
const RUN = new RegExp(String.raw`^((?:ONBUILD[ \t]+)?RUN)((?:${FLAG})*)[ \t]`, 'i');
const COMMENT = /^\s*#/;
/** Mounts, and flags of a RUN line, that read nothing of a build context. */
const READS_NOTHING = /type=(?:cache|tmpfs|secret|ssh)\b|^\s*--(?:device|security|network=none)/;

/**
 * A fixture's Dockerfile so that it can be built: what decides which files of the build context are read stays as it is, that is ARG, ENV, WORKDIR,
 * ONBUILD, COPY, ADD, bind mounts, stages and all escapes. Changed are these alone:
 * - FROM and `--from` of an image from elsewhere, and of `scratch`, name a substitute;
 * - a stage begins with a LABEL: podman 4.3 with `--layers=false` removes the base of a stage that has no instruction;
 * - a RUN line keeps its bind mounts and runs the substitute's command; one with a heredoc stays as it is;
 * - `--link` goes, as it says how layers are made, HEALTHCHECK, and `# syntax=`, as no frontend can be fetched.
 */
export function makeRunnable(text: string, substitutes: Substitutes): string {
  const lines = text.split('\n');
  const earlier = new Set<string>();
  const isFromHere = (name: string): boolean =>
    /^(?:\$|\d+$)/.test(name) ||
    earlier.has(name.toLowerCase()) ||
    substitutes.namedContexts.some((known) => name.split(/[/:]/).includes(known));
  const baseOf = (name: string): string => (isFromHere(name) ? name : substitutes.baseFor(name));
  /** Stages are known from their FROM on. */
  const replaceImages = (line: string): string => {
    const [, start = '', name = '', end = ''] = FROM.exec(line) ?? [];
    if (name === '') return line.replace(FROM_IMAGE, (_, flag: string, from: string) => `${flag}${baseOf(from)}`);
    const base = baseOf(name);
    earlier.add(/ AS (\S+)\s*$/i.exec(end)?.[1]?.toLowerCase() ?? '');
    return `${start}${base}${end}\nLABEL stage=`;
  };
  return replaceCommands(lines, /^[^\n]*# *escape *= *`/i.test(text) ? '`' : '\\', substitutes.command)
    .filter((line) => !/^(?:# *syntax *=|HEALTHCHECK (?!.* RUN ))/i.test(line))
    .map((line) => line.replace(/^((?:COPY|ADD)\b.*?) --link(?:=(?:true|false))?(?= )/i, '$1'))
    .map(replaceImages)
    .join('\n');
}

function replaceCommands(lines: readonly string[], escape: string, command: string): string[] {
  const replaced: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const first = index;
    const isRun = RUN.test(lines[index] ?? '');
    const goesOn = (line = ''): boolean => COMMENT.test(line) || line.trimEnd().endsWith(escape);
    while (isRun && goesOn(lines[index])) index++;
    const written = lines.slice(first, index + 1);
    const words = written
      .filter((line) => !COMMENT.test(line))
      .map((line) => (goesOn(line) ? line.trimEnd().slice(0, -1) : line));
    const [, keyword = '', flags = ''] = RUN.exec(words.join(' ').replace(/\s+/g, ' ')) ?? [];
    if (!isRun || words.join(' ').includes('<<')) replaced.push(...written);
    else replaced.push(`${keyword}${keepBinds(flags)} ${command}`);
  }
  return replaced;
}

function keepBinds(flags: string): string {
  return (flags.match(new RegExp(FLAG, 'g')) ?? []).filter((flag) => !READS_NOTHING.test(flag)).join('');
}
