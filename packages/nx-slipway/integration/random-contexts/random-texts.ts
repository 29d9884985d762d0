import type { Random } from './random';

/** Names that trees, ignore files and Dockerfiles draw from, so that they meet. */
export const FOLDERS = ['src', 'docs', 'lib', 'a b', 'src/deep', 'lib/a/modules', 'docs/keep'];
export const FILES = ['a.go', 'b.go', 'README.md', 'x.txt', 'run.sh', '.hidden', 'ünï.txt', '[x].txt'];

const SEGMENTS = [
  ...['src', 'docs', 'lib', 'a', 'deep', 'keep', 'modules', 'none', '.hidden', 'a.go', 'x.txt', 'README.md'],
  ...['*', '*.go', '*.md', '?.go', '[a-c]*', '**', '**'],
];

/** An ignore file of a few patterns and exceptions; often it begins by leaving out everything. */
export function randomIgnoreFile(random: Random): string {
  const line = (): string => {
    const segments = Array.from({ length: 1 + random.below(3) }, () => random.pick(SEGMENTS)).join('/');
    return `${random.oneIn(3) ? '!' : ''}${random.oneIn(6) ? '/' : ''}${segments}${random.oneIn(8) ? '/' : ''}`;
  };
  const lines = Array.from({ length: 1 + random.below(5) }, line);
  return `${(random.oneIn(3) ? [random.pick(['*', '**']), ...lines] : lines).join('\n')}\n`;
}

/** Git's own patterns: fewer, so that most of the tree stays visible. */
export function randomGitIgnoreFile(random: Random): string {
  return `${random.pick(['*.log', 'x.txt', 'keep/', '/lib', 'deep/*', '!x.txt', '*.md'])}\n`;
}

/** A source of COPY: a path, a pattern, a path through a link. */
export function randomSource(random: Random): string {
  if (random.oneIn(8)) return '.';
  if (random.oneIn(4)) return random.pick(['*', '*.go', 'src/*', '*/*.go', 's?c', 'docs/*/', '[!s]*', 'lib/*/modules']);
  if (random.oneIn(4)) return random.pick(['link', 'link/deep', 'src/link', 'docs/link', 'link-to-file']);
  const folder = random.pick(['', ...FOLDERS]);
  return random.oneIn(3) && folder !== ''
    ? folder
    : [folder, random.pick(FILES)].filter((part) => part !== '').join('/');
}

/** A COPY or ADD of it into a folder of its own, in one of the forms that the syntax has. */
export function randomCopy(random: Random, destination: string): string {
  const source = random.oneIn(5) ? [randomSource(random), randomSource(random)] : [randomSource(random)];
  const words = [...source, `${destination}/`];
  const keyword = random.oneIn(6) ? 'ADD' : 'COPY';
  const flag = random.oneIn(6) ? '--chown=1:1 ' : '';
  if (random.oneIn(3) || words.some((word) => word.includes(' '))) return `${keyword} ${flag}${JSON.stringify(words)}`;
  return `${keyword} ${flag}${words.map((word, index) => (index === 0 && random.oneIn(4) ? `./${word}` : word)).join(' ')}`;
}
