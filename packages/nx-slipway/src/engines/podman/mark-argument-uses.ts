import type { DockerfileInstruction, ParsedDockerfile } from '../../dockerfile/parsed-dockerfile';
import type { ArgumentValues } from '../../dockerfile/resolve-arguments';
import { splitQuotedWords } from '../../dockerfile/split-words';
import { digestText } from './digest-folder';
import { OWN_IMAGE_LABEL } from '../own-image-label';

/** Instructions besides ARG and RUN in which the engine replaces variables (Dockerfile reference, "Environment replacement"). */
const EXPANDING = ['ADD', 'COPY', 'ENV', 'EXPOSE', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'];

/** Names of arguments to all that decides their values. */
type Declarations = ReadonlyMap<string, string>;

/** A step that is to be put before a line (from 1). */
interface Mark {
  readonly line: number;
  readonly digest: string;
}

/**
 * The text of a Dockerfile with a step of our own before each instruction that uses an argument first, so that podman's layer cache
 * tells the argument's values apart.
 *
 * The cache knows every instruction but RUN by its text alone, and ARG by its name: `ENV V=$X` gave the image of another value of X,
 * and of another default (seen with buildah 1.28). The step sets the label that the image gets anyhow, and names a variable
 * that does not exist, so it changes nothing but the text of the history.
 */
export function markArgumentUses(text: string, dockerfile: ParsedDockerfile, given: ArgumentValues): string {
  const lines = text.split('\n');
  for (const { line, digest } of listMarks(dockerfile, given).reverse()) {
    lines.splice(line - 1, 0, `LABEL ${OWN_IMAGE_LABEL}$nx_slipway_${digest.slice(0, 24)}`);
  }
  return lines.join('\n');
}

function listMarks(dockerfile: ParsedDockerfile, given: ArgumentValues): Mark[] {
  const declare = (instruction: DockerfileInstruction, known: Declarations, globals: Declarations): Declarations =>
    new Map([...known, ...describeArguments(instruction, dockerfile.escape, given, known, globals)]);
  const globals = dockerfile.globalArguments.reduce<Declarations>(
    (known, instruction) => declare(instruction, known, new Map()),
    new Map(),
  );
  const ofStages = new Map<string, Declarations>();
  const marks: Mark[] = [];
  for (const stage of dockerfile.stages) {
    let known: Declarations = ofStages.get(stage.base.toLowerCase()) ?? new Map();
    const marked = new Set<string>();
    for (const instruction of stage.instructions) {
      if (instruction.keyword === 'ARG') known = declare(instruction, known, globals);
      if (!EXPANDING.includes(instruction.keyword)) continue;
      const used = describeUses(textOf(instruction), known).filter((description) => !marked.has(description));
      if (used.length === 0) continue;
      marks.push({ line: instruction.line, digest: digestText(JSON.stringify([given.platform ?? null, used])) });
      for (const description of used) marked.add(description);
    }
    if (stage.name !== null) ofStages.set(stage.name, known);
  }
  return marks;
}

/** A given value counts, else the default with the arguments in it, else the argument of that name before the first FROM. */
function describeArguments(
  instruction: DockerfileInstruction,
  escape: string,
  { buildArgs }: ArgumentValues,
  known: Declarations,
  globals: Declarations,
): [string, string][] {
  return splitQuotedWords(instruction.text, escape).map((word) => {
    const [name = ''] = word.split('=', 1);
    const value = buildArgs[name];
    if (value !== undefined) return [name, JSON.stringify([name, value])];
    if (word === name) return [name, JSON.stringify([name, null, globals.get(name) ?? null])];
    return [name, JSON.stringify([word, null, describeUses(word, known)])];
  });
}

function describeUses(text: string, known: Declarations): string[] {
  const names = new Set([...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? ''));
  return [...names].sort().flatMap((name) => known.get(name) ?? []);
}

function textOf({ text, flags, heredocs }: DockerfileInstruction): string {
  return [...flags.map(({ value }) => value ?? ''), text, ...heredocs.map(({ content }) => content)].join('\n');
}
