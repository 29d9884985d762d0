import type { ScriptCommand } from './list-commands';

/** What a command does with images. */
export type ImageCommand =
  | {
      readonly kind: 'build';
      /** References that it tags. */
      readonly tags: readonly string[];
      readonly noCache: boolean;
      /** As written; `undefined` for the default. */
      readonly dockerfile: string | undefined;
      /** The build context, as written. */
      readonly folder: string | undefined;
    }
  | { readonly kind: 'use'; readonly references: readonly string[] }
  | { readonly kind: 'deploy'; readonly references: readonly string[]; readonly what: string };

const ENGINE =
  /^(?:\S*\/)?(?:docker|podman|buildah|nerdctl)$|^\$[({]?(?:\w*(?:DOCKER|PODMAN)\w*|(?:CONTAINER|OCI)_?(?:TOOL|ENGINE|RUNTIME|CMD|CLI|BIN)?)[)}]?$/i;

/** Words before a command that run it. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'sudo',
  'time',
  'exec',
  'nohup',
  'command',
  'then',
  'do',
  'else',
  'if',
  '!',
]);

/** Options of a build that take the next word, so that it is not taken for the build context. */
const BUILD_OPTIONS_WITH_VALUE =
  /^(?:-[ft]|--(?:file|tag|target|build-arg|platform|progress|secret|ssh|label|network|cache-from|cache-to|output|build-context|builder|add-host|iidfile|metadata-file|ignorefile|format|layers|memory|cpus|volume))$/;

/** Understands a command; `undefined` where it has nothing to do with images. Pure. */
export function readImageCommand({ words }: ScriptCommand): ImageCommand | undefined {
  const [program = '', ...args] = withoutWrappers(words);
  if (ENGINE.test(program)) return readEngineCommand(args);
  const [first, second] = args.filter((word) => !word.startsWith('-'));
  const deploys: readonly (readonly [boolean, string])[] = [
    [
      /(?:^|\/)(?:kubectl|oc)$|KUBECTL/.test(program) &&
        ['apply', 'create', 'replace', 'rollout'].includes(first ?? ''),
      `kubectl ${first}`,
    ],
    [/(?:^|\/)kind$|\bKIND\b/.test(program) && first === 'load', 'kind load'],
    [/(?:^|\/)helm$|\bHELM\b/.test(program) && ['upgrade', 'install'].includes(first ?? ''), `helm ${first}`],
    [/(?:^|\/)skaffold$/.test(program) && ['run', 'dev', 'deploy', 'apply'].includes(first ?? ''), `skaffold ${first}`],
    [/(?:^|\/)minikube$/.test(program) && first === 'image' && second === 'load', 'minikube image load'],
    [/(?:^|\/)k3d$/.test(program) && first === 'image' && second === 'import', 'k3d image import'],
  ];
  const what = deploys.find(([matches]) => matches)?.[1];
  if (what === undefined) return undefined;
  return {
    kind: 'deploy',
    what,
    references: what === 'kind load' && second === 'docker-image' ? loadedImages(args) : [],
  };
}

function readEngineCommand(args: readonly string[]): ImageCommand | undefined {
  const subcommand = args.filter((word) => !word.startsWith('-'));
  const [first = '', second = ''] = subcommand;
  const isGrouped = ['image', 'buildx', 'builder'].includes(first);
  const verb = isGrouped ? second : first;
  const rest = args.slice(args.indexOf(verb) + 1);
  if (verb === 'build' || verb === 'bud') return readBuild(rest);
  if (['pull', 'push', 'tag'].includes(verb))
    return { kind: 'use', references: rest.filter((word) => !word.startsWith('-')) };
  return undefined;
}

function readBuild(args: readonly string[]): ImageCommand {
  const tags: string[] = [];
  const folders: string[] = [];
  let dockerfile: string | undefined;
  let noCache = false;
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    const [, name = word, inline] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const takesNext = inline === undefined && BUILD_OPTIONS_WITH_VALUE.test(name);
    const value = inline ?? (takesNext ? args[++index] : undefined);
    if (name === '--no-cache' && inline !== 'false') noCache = true;
    if ((name === '-t' || name === '--tag') && value !== undefined) tags.push(value);
    if ((name === '-f' || name === '--file') && value !== undefined) dockerfile = value;
    if (!word.startsWith('-') && !/^\d?[<>]/.test(word)) folders.push(word);
  }
  return { kind: 'build', tags, noCache, dockerfile, folder: folders[0] };
}

function loadedImages(args: readonly string[]): readonly string[] {
  const rest = args.slice(args.indexOf('docker-image') + 1);
  return rest.filter(
    (word, index) => !word.startsWith('-') && !['--name', '-n', '--nodes'].includes(rest[index - 1] ?? ''),
  );
}

function withoutWrappers(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !WRAPPERS.has(word) && !/^\w+=/.test(word));
  return start === -1 ? [] : words.slice(start);
}
