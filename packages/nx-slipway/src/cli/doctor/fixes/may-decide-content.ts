import type { ParsedDockerfile } from '../../../dockerfile/parsed-dockerfile';

/** Commands that fetch what their arguments name. */
const FETCHES =
  /(?:^|[^\w.-])(?:git|curl|wget|fetch|pip3?|npm|npx|yarn|pnpm|apt-get|apt|apk|dnf|yum|cargo|gem|composer|svn|hg|aws|gcloud|gsutil|go\s+(?:get|install|mod))(?:$|[^\w.-])/;
const TELLS_ONLY = new Set(['LABEL', 'ENV', 'ARG']);

/**
 * Whether an argument of a Dockerfile may decide more than what an image says about itself: it is in a FROM, COPY, ADD or the like, or in a
 * RUN line that fetches something, by its own name or by that of a variable which holds it. Pure.
 */
export function mayDecideContent(argument: string, { stages, globalArguments }: ParsedDockerfile): boolean {
  const names = new Set([argument]);
  const isNamedIn = (text: string): boolean => [...names].some((name) => namePattern(name).test(text));
  for (const { text } of globalArguments) if (isNamedIn(text)) addAssigned(text, names);
  for (const { base, platform, instructions } of stages) {
    if (isNamedIn(`${base} ${platform ?? ''}`)) return true;
    for (const { keyword, text, flags, heredocs } of instructions) {
      const whole = [text, ...flags.map(({ value }) => value ?? ''), ...heredocs.map(({ content }) => content)].join(
        '\n',
      );
      if (!isNamedIn(whole)) continue;
      if (keyword === 'ENV' || keyword === 'ARG') addAssigned(text, names);
      if (!TELLS_ONLY.has(keyword) && (keyword !== 'RUN' || FETCHES.test(whole))) return true;
    }
  }
  return false;
}

function namePattern(name: string): RegExp {
  return new RegExp(String.raw`\$(?:${name}(?!\w)|\{${name}(?!\w))`);
}

/** The variables that an ENV or ARG sets. */
function addAssigned(text: string, names: Set<string>): void {
  for (const [, name] of text.matchAll(/(?:^|\s)(\w+)=/g)) if (name !== undefined) names.add(name);
}
