import type { Dialect } from './dialect';
import { expandVariables, type VariableLookup, type WordRules } from './expand-variables';
import type { DockerfileInstruction, ParsedDockerfile } from './parsed-dockerfile';
import { splitQuotedWords } from './split-words';

/** Build arguments by name. */
export type BuildArguments = Readonly<Record<string, string>>;

/** What decides the values of variables, besides the Dockerfile. */
export interface ArgumentValues {
  readonly buildArgs: BuildArguments;
  /** Names of further arguments, whose values are known to the engine only. */
  readonly stamps?: readonly string[] | undefined;
  /** `os/architecture[/variant]`. */
  readonly platform?: string | undefined;
  /** Name or number of the stage to build; default: the last one. */
  readonly targetStage?: string | undefined;
}

/** Variables at one point of a stage, as one engine sees them. */
export interface StageScope {
  readonly lookup: VariableLookup;
  /** What a stage that is FROM this one inherits: ENV, and in BuildKit ARG too. */
  readonly environment: ReadonlyMap<string, string | undefined>;
  /** Takes ARG and ENV into account; every other instruction changes nothing. */
  record(instruction: DockerfileInstruction): void;
}

/**
 * The scope of FROM lines: arguments declared before the first FROM, with `--build-arg` over their defaults, and the platform's
 * automatic arguments. What is not declared is certainly not set.
 * Rules: `buildMetaArgs` (BuildKit v0.34.2); `extractHeadingArgsFromNode` and `from` (imagebuilder v1.2.4), which takes a given argument also
 * where any stage declares it without a default.
 */
export function resolveGlobalArguments(
  dockerfile: ParsedDockerfile,
  given: ArgumentValues,
  dialect: Dialect,
): VariableLookup {
  const rules: WordRules = { dialect, escape: dockerfile.escape };
  const declared = new Map<string, string | undefined>();
  const builtIn = builtInArguments(given, dialect);
  const inWords: VariableLookup = (name) =>
    declared.has(name) ? declared.get(name) : dialect === 'buildkit' ? builtIn(name) : null;
  for (const instruction of dockerfile.globalArguments) {
    for (const { name, word } of parseAssignments(instruction, dockerfile.escape)) {
      const value = ownValue(given.buildArgs, name);
      if (isStamp(given, name)) declared.set(name, undefined);
      else if (value !== undefined) declared.set(name, value);
      else if (word !== undefined) declared.set(name, expandOrUnknown(word, inWords, rules));
      else if (dialect === 'podman' && builtIn(name) !== null) declared.set(name, builtIn(name) ?? undefined);
    }
  }
  const inStages = dialect === 'podman' ? givenInStages(dockerfile, given) : new Map<string, string | undefined>();
  return (name) => (declared.has(name) ? declared.get(name) : inStages.has(name) ? inStages.get(name) : builtIn(name));
}

function givenInStages({ stages }: ParsedDockerfile, given: ArgumentValues): Map<string, string | undefined> {
  const names = stages.flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === 'ARG'));
  return new Map(
    names.flatMap(({ text }) => {
      const name = text.trim();
      const value = isStamp(given, name) ? undefined : ownValue(given.buildArgs, name);
      return value === undefined && !isStamp(given, name) ? [] : [[name, value] as const];
    }),
  );
}

/** What a stage starts with. */
export interface StageStart {
  readonly dialect: Dialect;
  readonly globalArguments: VariableLookup;
  readonly escape: string;
  readonly given: ArgumentValues;
  /** `environment` of the stage it is FROM; empty for another image. */
  readonly inherited: ReadonlyMap<string, string | undefined>;
  /** Whether the base may set variables that we cannot see, as every image but `scratch` may. */
  readonly baseIsUnknown: boolean;
}

/**
 * The scope inside a stage: a global argument counts only where ARG declares it again, and what neither ARG nor ENV sets may come from the
 * base image and is then unknown. In podman ENV wins over ARG; in BuildKit the later one does, and a stage inherits the arguments of the
 * stage that it is FROM. A variable that ARG declares is taken to be set by no base image.
 * Rules: `dispatchArg`, `dispatchEnv` and `init` (BuildKit v0.34.2); `arg`, `env` and `Step` (imagebuilder v1.2.4 to v1.2.19).
 */
export function openStageScope(start: StageStart): StageScope {
  const { dialect } = start;
  const rules: WordRules = { dialect, escape: start.escape };
  const environment = new Map(start.inherited);
  const declared = dialect === 'buildkit' ? environment : new Map<string, string | undefined>();
  const lookup: VariableLookup = (name) => {
    if (environment.has(name)) return environment.get(name);
    if (declared.has(name)) return declared.get(name);
    // Proxies are predefined arguments: podman's COPY sees those that are given, BuildKit's does not.
    if (dialect === 'podman' && PROXY_ARGUMENT.test(name) && isStamp(start.given, name)) return undefined;
    if (dialect === 'podman' && PROXY_ARGUMENT.test(name) && ownValue(start.given.buildArgs, name) !== undefined) {
      return ownValue(start.given.buildArgs, name);
    }
    return start.baseIsUnknown ? undefined : null;
  };
  const valueOfArgument = (
    name: string,
    word: string | undefined,
    scope: VariableLookup,
  ): string | null | undefined => {
    if (isStamp(start.given, name)) return undefined;
    const given = ownValue(start.given.buildArgs, name);
    if (given !== undefined) return given;
    if (word === undefined) return start.globalArguments(name);
    return isPlatformArgument(name) && dialect === 'podman' ? undefined : expandOrUnknown(word, scope, rules);
  };
  const declare = (instruction: DockerfileInstruction): void => {
    // BuildKit takes one after the other; podman resolves the whole line first.
    const scope: VariableLookup = dialect === 'buildkit' ? lookup : snapshot(instruction, lookup);
    for (const { name, word } of parseAssignments(instruction, start.escape)) {
      const value = valueOfArgument(name, word, scope);
      if (value !== null) declared.set(name, value);
    }
  };
  return {
    lookup,
    environment,
    record(instruction) {
      if (instruction.keyword === 'ARG') declare(instruction);
      else if (instruction.keyword === 'ENV') {
        // All values of one ENV line see the variables from before that line.
        const values = parseEnvironment(instruction, start.escape).map(
          ({ name, word }) => [name, expandOrUnknown(word ?? '', lookup, rules)] as const,
        );
        for (const [name, value] of values) environment.set(name, value);
      }
    },
  };
}

/** The names of the variables that a text may use. */
export function namesOfVariables(text: string): string[] {
  return [...text.matchAll(/\$\{?([\p{L}\p{Nd}_]+)/gu)].flatMap(([, name]) => name ?? []);
}

function snapshot({ text }: DockerfileInstruction, lookup: VariableLookup): VariableLookup {
  const values = new Map(namesOfVariables(text).map((name) => [name, lookup(name)] as const));
  return (name) => values.get(name);
}

const PROXY_ARGUMENT = /^(?:https?|ftp|no|all)_proxy$/i;

const PLATFORM_ARGUMENTS = ['TARGET', 'BUILD'].flatMap((side) =>
  ['PLATFORM', 'OS', 'ARCH', 'VARIANT'].map((part) => side + part),
);

function isPlatformArgument(name: string): boolean {
  return PLATFORM_ARGUMENTS.includes(name);
}

/**
 * The automatic arguments; `undefined` where a value is that of the building machine. BuildKit alone has TARGETSTAGE.
 * Rules: `defaultArgs` (BuildKit v0.34.2) and `builtinBuildArgs` (imagebuilder v1.2.4).
 */
function builtInArguments(given: ArgumentValues, dialect: Dialect): VariableLookup {
  const { platform, buildArgs, targetStage } = given;
  const values = new Map(platformArguments(platform));
  return (name) => {
    if (name === 'TARGETSTAGE' && dialect === 'buildkit') return targetStage ?? undefined;
    if (!isPlatformArgument(name)) return null;
    if (dialect === 'buildkit' && isStamp(given, name)) return undefined;
    return (dialect === 'buildkit' ? ownValue(buildArgs, name) : undefined) ?? values.get(name);
  };
}

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

function isStamp({ stamps }: ArgumentValues, name: string): boolean {
  return stamps?.includes(name) ?? false;
}

function ownValue(record: BuildArguments, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
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

function expandOrUnknown(word: string, lookup: VariableLookup, rules: WordRules): string | undefined {
  const expanded = expandVariables(word, lookup, rules);
  return expanded.resolved ? expanded.text : undefined;
}
