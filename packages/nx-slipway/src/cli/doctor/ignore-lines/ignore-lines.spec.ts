import { listCopySources } from '../../../dockerfile/list-copy-sources';
import { parseDockerfile } from '../../../dockerfile/parse-dockerfile';
import { selectStages } from '../../../dockerfile/select-stages';
import { listStageBases } from '../../../executors/image-build/list-stage-bases';
import { listIgnoreCandidates } from './ignore-candidate';
import { judgeIgnoreCandidate } from './judge-ignore-candidate';

const GO_FILES: Readonly<Record<string, string>> = {
  'go.mod': 'module m',
  'cmd/web/main.go': 'package main',
  'cmd/web/main_test.go': 'package main',
  'README.md': '# m',
  'docs/guide.md': 'x',
  'k8s/web.yaml': 'kind: Service',
  '.github/workflows/ci.yml': 'on: push',
};
const GO_DOCKERFILE = `FROM golang AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/web ./cmd/web
FROM scratch
COPY --from=build /out/web /web
`;

/** The lines that are accepted for a build, and why others are not. */
function judge(dockerfileText: string, files: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const dockerfile = parseDockerfile(dockerfileText, 'Dockerfile');
  const selection = { buildArgs: {}, platform: 'linux/amd64' };
  const build = {
    sources: listCopySources(dockerfile, selection),
    bases: listStageBases(dockerfile, selection),
    targetStage: Math.max(...selectStages(dockerfile, selection).map(({ stage }) => stage.index)),
    paths: Object.keys(files),
    readText: (path: string) => files[path],
  };
  const candidates = listIgnoreCandidates(Object.keys(files));
  return Object.fromEntries(candidates.map((candidate) => [candidate.line, judgeIgnoreCandidate(candidate, build)]));
}

describe('lines for an ignore file', () => {
  test('of a Go build: documentation, tests, manifests and settings', () => {
    expect(judge(GO_DOCKERFILE, GO_FILES)).toEqual({
      '.github': undefined,
      k8s: undefined,
      docs: undefined,
      '**/*_test.go': undefined,
      '**/*.md': undefined,
      '*.md': undefined,
    });
  });

  test.each<[string, string, string, string]>([
    ['a stage that is the image', 'FROM golang\nWORKDIR /src\nCOPY . .\n', 'docs', 'the image has what line 3 copies'],
    [
      'a stage that the image is FROM',
      'FROM golang AS a\nWORKDIR /src\nCOPY . .\nFROM a\nRUN true\n',
      'docs',
      'the image has what line 3 copies',
    ],
    [
      'a place that the image copies from',
      'FROM golang AS a\nWORKDIR /src\nCOPY . .\nFROM scratch\nCOPY --from=a /src /src\n',
      'docs',
      'the image has what line 3 copies',
    ],
    ['a COPY that names it', GO_DOCKERFILE.replace('COPY . .', 'COPY docs docs'), 'docs', 'line 3 names it'],
    ['a COPY with a pattern', GO_DOCKERFILE.replace('COPY . .', 'COPY . .\nCOPY *.md /x/'), '*.md', 'line 4 names it'],
    ['a RUN line that names it', GO_DOCKERFILE.replace('RUN ', 'RUN test -d k8s && '), 'k8s', 'line 4 names it'],
    [
      'a RUN line that tests',
      GO_DOCKERFILE.replace('RUN ', 'RUN go test ./... && '),
      '**/*_test.go',
      'line 4 names all packages below a folder',
    ],
    [
      'another tool, which may read documentation',
      GO_DOCKERFILE.replace('RUN ', 'RUN mkdocs build && '),
      '**/*.md',
      'line 4 runs mkdocs, which may read it',
    ],
    [
      'a COPY that is not known',
      GO_DOCKERFILE.replace('COPY . .', 'COPY $X .'),
      'docs',
      'what line 3 reads is not known',
    ],
  ])('not for %s', (_, dockerfile, line, reason) => {
    expect(judge(dockerfile, GO_FILES)[line]).toBe(reason);
  });

  test('not for what a Go file embeds, nor for a folder of Go code', () => {
    const embedding = { ...GO_FILES, 'docs.go': 'package m\n//go:embed docs\nvar d embed.FS' };
    expect(judge(GO_DOCKERFILE, embedding)['docs']).toBe('docs.go embeds files');
    expect(judge(GO_DOCKERFILE, { ...GO_FILES, 'docs/docs.go': 'package docs' })).not.toHaveProperty('docs');
  });

  test('not for a folder of manifests that holds code, or that another file names', () => {
    expect(judge(GO_DOCKERFILE, { ...GO_FILES, 'k8s/make.ts': '' })).not.toHaveProperty('k8s');
    expect(judge(GO_DOCKERFILE, { ...GO_FILES, 'package.json': '{"files":["k8s"]}' })['k8s']).toBe(
      'package.json names it',
    );
  });

  test('one line for all folders of a name, and none for a name that means something in an ignore file', () => {
    expect(Object.keys(judge(GO_DOCKERFILE, { 'a/k8s/x.yaml': '', 'b/k8s/y.yaml': '' }))).toEqual(['**/k8s']);
    expect(Object.keys(judge(GO_DOCKERFILE, { 'a[b]/k8s/x.yaml': '' }))).toEqual([]);
  });
});
