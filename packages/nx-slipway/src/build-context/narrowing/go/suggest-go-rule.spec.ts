import { suggestGoRule } from './suggest-go-rule';
import { treeOf } from '../testing/tree-in-memory';

const tree = treeOf({
  'examples/go.mod': 'module example.org/x\ngo 1.19\n',
  'examples/cmd/web/main.go': 'package main',
  'examples/cmd/job/main.go': 'package main',
  'examples/main.go': 'package main',
});

function suggest(text: string, workdir: string | undefined = '/workspace', destination = '/workspace') {
  return suggestGoRule({
    runs: [{ text, ...(workdir !== '' && { workdir }) }],
    copy: { source: '', destination },
    tree,
  });
}

describe('suggestGoRule', () => {
  test.each<[string, readonly string[]]>([
    ['cd examples && go build -ldflags="-s -w -buildid=" -o /out/x ./cmd/web', ['go:./examples/cmd/web']],
    [
      'cd /workspace/examples; CGO_ENABLED=0 go install ./cmd/web ./cmd/job',
      ['go:./examples/cmd/job', 'go:./examples/cmd/web'],
    ],
    ['cd examples && go build', ['go:./examples']],
    ['go build -C examples -o x ./cmd/job', ['go:./examples/cmd/job']],
    ['cd examples && go build -tags netgo -o x cmd/web/main.go', ['go:./examples/cmd/web']],
    ['cd examples && go build example.org/x/cmd/web net/http', ['go:./examples/cmd/web']],
    [
      'if [ -s /run/ca ]; then export A=b; fi \\\n && cd examples && /usr/local/go/bin/go build . && strip /out/x',
      ['go:./examples'],
    ],
    ['apt-get update # and so on\ncd examples/cmd/web\ngo build -o "$OUT" .', ['go:./examples/cmd/web']],
  ])('%s', (text, rules) => {
    expect(suggest(text)).toEqual(rules);
  });

  test.each([
    'cd examples && go build ./...',
    'cd examples && go build ./cmd/...',
    'cd examples && go build ./cmd/$SERVICE',
    'cd $DIR && go build ./cmd/web',
    'cd examples && go test ./cmd/web',
    'cd examples && go generate . && go build ./cmd/web',
    'cd examples && go build ./cmd/web && cp -r migrations /out',
    'cd examples && go build ./cmd/web && cp /workspace/x /out',
    'cd examples && go build -ldflags "-X v=$(cat VERSION)" ./cmd/web',
    'cd examples && go build -overlay=o.json ./cmd/web',
    'cd examples && make',
    'cd examples && ./build.sh && go build ./cmd/web',
    'cd examples && go build ./cmd/nowhere',
    'go build ./cmd/web',
    'go version',
    '',
  ])('cannot be known: %s', (text) => {
    expect(suggest(text)).toBeUndefined();
  });

  test('the folder of the copy counts', () => {
    expect(suggest('go build ./cmd/web', '/src/examples', '/src/')).toEqual(['go:./examples/cmd/web']);
    expect(
      suggestGoRule({
        runs: [{ text: 'go build ./cmd/web', workdir: '/a' }],
        copy: { source: 'examples', destination: '/a' },
        tree,
      }),
    ).toEqual(['go:./examples/cmd/web']);
    expect(suggest('go build ./cmd/web', '')).toBeUndefined();
  });
});
