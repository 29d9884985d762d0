import { expandVariables, type VariableLookup } from './expand-variables';
import type { DockerfileInstruction, ParsedDockerfile } from './parsed-dockerfile';
import { splitQuotedWords } from './split-words';

/** Build arguments by name. */
export type BuildArguments = Readonly<Record<string, string>>;

/** What decides the values of variables, besides the Dockerfile. */
export interface ArgumentValues {
  readonly buildArgs: BuildArguments;
  /** `os/architecture[/variant]`. */
  readonly platform?: string | undefined;
}

/** Variables at one point of a stage. */
export interface StageScope {
  readonly lookup: VariableLookup;
  /** The `ENV` variables so far: what a stage that is FROM this one inherits. */
  readonly environment: ReadonlyMap<string, string | undefined>;
  /** Takes ARG and ENV into account; every other instruction changes nothing. */
  record(instruction: DockerfileInstruction): void;
}

/**
 * The scope of FROM lines: arguments declared before the first FROM, with `--build-arg` over their defaults, and the platform's
 * automatic arguments. What is not declared is certainly not set.
 */
export function resolveGlobalArguments(dockerfile: ParsedDockerfile, given: ArgumentValues): VariableLookup {
  const values = new Map<string, string | undefined>(platformArguments(given.platform));
  const lookup: VariableLookup = (name) =>
    values.has(name) ? values.get(name) : PLATFORM_ARGUMENTS.includes(name) ? undefined : null;
  for (const instruction of dockerfile.globalArguments) {
    for (const { name, word } of parseAssignments(instruction, dockerfile.escape)) {
      const value = given.buildArgs[name];
      if (value !== undefined) values.set(name, value);
      else if (word !== undefined) values.set(name, expandOrUnknown(word, lookup, dockerfile.escape));
    }
  }
  return lookup;
}

/** What a stage starts with. */
export interface StageStart {
  readonly globalArguments: VariableLookup;
  readonly escape: string;
  readonly given: ArgumentValues;
  /** ENV of the stage it is FROM; empty for another image. */
  readonly inherited: ReadonlyMap<string, string | undefined>;
  /** Whether the base may set variables that we cannot see, as every image but `scratch` may. */
  readonly baseIsUnknown: boolean;
}

/**
 * The scope inside a stage: a global argument counts only where ARG declares it again, ENV wins over ARG, and what neither sets may come
 * from the base image and is then unknown.
 * Rules: the Dockerfile reference, "Understand how ARG and FROM interact" and "Using ARG variables".
 */
export function openStageScope(start: StageStart): StageScope {
  const environment = new Map(start.inherited);
  const declared = new Map<string, string | undefined>();
  const lookup: VariableLookup = (name) => {
    if (environment.has(name)) return environment.get(name);
    if (declared.has(name)) return declared.get(name);
    return start.baseIsUnknown ? undefined : null;
  };
  const declare = (name: string, word: string | undefined): void => {
    const given = start.given.buildArgs[name];
    if (given !== undefined) declared.set(name, given);
    else if (word !== undefined) declared.set(name, expandOrUnknown(word, lookup, start.escape));
    else {
      const inherited = start.globalArguments(name);
      if (inherited !== null) declared.set(name, inherited);
    }
  };
  return {
    lookup,
    environment,
    record(instruction) {
      if (instruction.keyword === 'ARG') {
        for (const { name, word } of parseAssignments(instruction, start.escape)) declare(name, word);
      } else if (instruction.keyword === 'ENV') {
        // All values of one ENV line see the variables from before that line.
        const values = parseEnvironment(instruction, start.escape).map(
          ({ name, word }) => [name, expandOrUnknown(word ?? '', lookup, start.escape)] as const,
        );
        for (const [name, value] of values) environment.set(name, value);
      }
    },
  };
}

const PLATFORM_ARGUMENTS = ['TARGET', 'BUILD'].flatMap((side) =>
  ['PLATFORM', 'OS', 'ARCH', 'VARIANT'].map((part) => side + part),
);

function platformArguments(platform: string | undefined): [string, string][] {
  if (platform === undefined) return [];
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return [
    ['TARGETPLATFORM', platform],
    ['TARGETOS', os],
    ['TARGETARCH', architecture],
    ['TARGETVARIANT', variant],
  ];
}

interface Assignment {
  readonly name: string;
  /** The value as written; `undefined` where only the name is given. */
  readonly word: string | undefined;
}

function parseAssignments(instruction: DockerfileInstruction, escape: string): Assignment[] {
  return splitQuotedWords(instruction.text, escape).map((word) => {
    const equals = word.indexOf('=');
    return equals < 0 ? { name: word, word: undefined } : { name: word.slice(0, equals), word: word.slice(equals + 1) };
  });
}

/** `ENV a=b c=d`, or the old `ENV a the rest of the line`. */
function parseEnvironment(instruction: DockerfileInstruction, escape: string): Assignment[] {
  const [, name, rest] = /^\s*(\S+)\s+([\s\S]*)$/.exec(instruction.text) ?? [];
  if (name !== undefined && !name.includes('=')) return [{ name, word: rest }];
  return parseAssignments(instruction, escape);
}

function expandOrUnknown(word: string, lookup: VariableLookup, escape: string): string | undefined {
  const expanded = expandVariables(word, lookup, escape);
  return expanded.resolved ? expanded.text : undefined;
}
