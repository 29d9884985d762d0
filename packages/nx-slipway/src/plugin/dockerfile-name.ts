/** What a file's name says about the image that is built from it. */
export interface DockerfileName {
  /** The part that tells one image from the others beside it, as on disk; `undefined` for `Dockerfile` and `Containerfile`. */
  readonly variant: string | undefined;
  /** The name ends like source code (`Dockerfile.go`), so that only the content tells. */
  readonly mayBeSource: boolean;
  /** Which of several files of the same variant counts: the smallest. */
  readonly rank: number;
}

const STEMS = ['Dockerfile', 'Containerfile'] as const;

/** Globs of all files whose names `parseDockerfileName` may accept. */
export const DOCKERFILE_GLOBS: readonly string[] = STEMS.flatMap((stem) => [
  `**/${stem}`,
  `**/${stem}.*`,
  `**/*.${stem}`,
]);

/** Endings of what stands beside a Dockerfile and is none: ignore files, what editors and merges leave, templates, texts. */
const OTHER_ENDINGS = new Set(
  (
    'dockerignore containerignore orig bak backup old rej swp swo tmp save diff patch ' +
    'j2 jinja jinja2 tmpl tpl template erb ejs hbs mustache in m4 jsonnet ' +
    'md markdown txt rst adoc html pdf json yaml yml toml lock xml sha256 sig asc'
  ).split(' '),
);

/** Endings of source code, which are as well names of what an image is made for: `Dockerfile.go`. */
const SOURCE_ENDINGS = new Set(
  'ts tsx mts cts js jsx mjs cjs go py pyi rb rs java kt php cs c h cpp sh bash ps1 lua ex exs swift scala dart'.split(
    ' ',
  ),
);

/**
 * Reads a file's name as that of a Dockerfile: `Dockerfile`, `Dockerfile.worker`, `worker.Dockerfile`, and the same with
 * `Containerfile`; case counts. `undefined` for every other file, hidden ones, and what editors leave. Pure.
 */
export function parseDockerfileName(name: string): DockerfileName | undefined {
  for (const [index, stem] of STEMS.entries()) {
    const rank = index * 3;
    if (name === stem) return { variant: undefined, mayBeSource: false, rank };
    if (name.startsWith(`${stem}.`)) return parseVariant(name.slice(stem.length + 1), rank + 1);
    if (name.endsWith(`.${stem}`) && !name.startsWith('.')) {
      return { variant: name.slice(0, -stem.length - 1), mayBeSource: false, rank: rank + 2 };
    }
  }
  return undefined;
}

/** Whether a text begins as a Dockerfile does: the first line that is neither empty nor a comment is FROM or ARG. Pure. */
export function startsLikeDockerfile(text: string): boolean {
  const lines = text.slice(0, HEAD_LENGTH).split('\n');
  const first = lines.find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return first !== undefined && /^\s*(?:FROM|ARG)\s/i.test(first);
}

/** Comments before the first instruction, such as a licence, are shorter. */
const HEAD_LENGTH = 16_384;

function parseVariant(variant: string, rank: number): DockerfileName | undefined {
  const ending = variant.slice(variant.lastIndexOf('.') + 1).toLowerCase();
  if (variant === '' || variant.endsWith('~') || OTHER_ENDINGS.has(ending)) return undefined;
  return { variant, mayBeSource: SOURCE_ENDINGS.has(ending), rank };
}
