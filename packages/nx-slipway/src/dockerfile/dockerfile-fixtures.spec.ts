import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeDockerfile, type FixtureBuild } from './testing/describe-dockerfile';

const FIXTURES = join(__dirname, 'fixtures');
const SUPPORT_PAGE = join(__dirname, '../../../../docs/reference/dockerfile-support.md');

interface Expectation {
  readonly build?: FixtureBuild;
}

describe('Dockerfiles as they are written', () => {
  test.each(readdirSync(FIXTURES))('%s', (scenario) => {
    const text = readFileSync(join(FIXTURES, scenario, 'Dockerfile'), 'utf8');
    const { build, ...expected } = JSON.parse(
      readFileSync(join(FIXTURES, scenario, 'expected.json'), 'utf8'),
    ) as Expectation;
    expect(describeDockerfile(text, build)).toEqual(expected);
  });
});

describe('docs/reference/dockerfile-support.md', () => {
  const rows = listRows(readFileSync(SUPPORT_PAGE, 'utf8'));

  test.each(rows.map((cells) => [cells[0] ?? '', cells] as const))('%s: is shown by files that exist', (_, cells) => {
    const shownBy = namesIn(cells.at(-1));
    expect(shownBy).not.toEqual([]);
    const known = [...readdirSync(FIXTURES), ...listSpecs()];
    expect(shownBy.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('names every fixture', () => {
    const named = new Set(rows.flatMap((cells) => namesIn(cells.at(-1))));
    expect(readdirSync(FIXTURES).filter((scenario) => !named.has(scenario))).toEqual([]);
  });
});

function listSpecs(): string[] {
  const folders = [__dirname, ...['../build-context', '../executors/image-build'].map((path) => join(__dirname, path))];
  return folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith('.spec.ts'));
}

/** The cells of the rows of all tables, without heads. A bar in a cell is written `\|`. */
function listRows(page: string): string[][] {
  const lines = page.split('\n');
  return lines.flatMap((line, index) => {
    const isHead = /^\|[\s:|-]+\|$/.test(lines[index + 1] ?? '');
    if (!line.startsWith('|') || isHead || /^\|[\s:|-]+\|$/.test(line)) return [];
    return [
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ];
  });
}

function namesIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []);
}
