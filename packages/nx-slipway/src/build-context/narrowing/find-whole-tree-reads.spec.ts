import { findWholeTreeReads } from './find-whole-tree-reads';

function reasonsOf(shell: string): string[] {
  return findWholeTreeReads([{ line: 4, stage: 0, workdir: '/src', shell }]).map(({ command }) => command);
}

describe('findWholeTreeReads', () => {
  test.each([
    ['go build -o /out/web ./cmd/web'],
    ['cd examples && CGO_ENABLED=0 go build -ldflags="-s -w" -trimpath -o /out/x ./x/cmd/x'],
    ['go mod download && go mod verify'],
    ['if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi && go install ./cmd/x'],
    ['apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*'],
    ['npm ci && npm run build -w apps/web'],
    ['npx nx build web'],
    ['cp /out/web /usr/bin/web && strip /usr/bin/web'],
    ['python3 -m venv /opt/venv && sh -c "echo done"'],
    ['python3 -m pip install --requirement /requirements.txt && python3 -m compileall -q /opt/venv'],
  ])('lets pass: %s', (shell) => {
    expect(reasonsOf(shell)).toEqual([]);
  });

  test.each([
    ['go build -o /out/ ./cmd/...', 'go build -o /out/ ./cmd/...'],
    ['go mod download && go test ./...', 'go test ./...'],
    ['GOOS=linux go vet ./cmd/web', 'go vet ./cmd/web'],
    ['go generate ./cmd/web', 'go generate ./cmd/web'],
    ['make build', 'make build'],
    ['./scripts/gen.sh && go build ./cmd/web', './scripts/gen.sh'],
    ['sh scripts/gen.sh', 'sh scripts/gen.sh'],
    ['bash -e scripts/gen.sh', 'bash -e scripts/gen.sh'],
    ['python3 tools/check.py', 'python3 tools/check.py'],
    ['(cd web; npm test)', 'npm test'],
    ['yarn run test:unit --ci', 'yarn run test:unit --ci'],
    ['npx jest', 'npx jest'],
    ['nx run-many -t build', 'nx run-many -t build'],
    ['cp -r . /out', 'cp -r . /out'],
    ['cat config/* > /out/config', 'cat config/* > /out/config'],
    ['sh -c "go test ./... && echo ok"', 'go test ./...'],
    ['bash -ec "./build.sh"', './build.sh'],
    ['sh -c go test ./web', 'go test ./web'],
    ['cd api && python3 -m pytest -q', 'python3 -m pytest -q'],
    ['python3 -m unittest', 'python3 -m unittest'],
    ['xargs -a packages go test', 'xargs -a packages go test'],
    ['tar cf /out.tar assets/', 'tar cf /out.tar assets/'],
  ])('names: %s', (shell, command) => {
    expect(reasonsOf(shell)).toEqual([command]);
  });

  test('names each command of a pipe', () => {
    expect(reasonsOf('find . -name "*.yaml" | xargs cat')).toEqual(['find . -name *.yaml', 'xargs cat']);
  });

  test('says which line it was, and why', () => {
    expect(findWholeTreeReads([{ line: 9, stage: 1, workdir: null, shell: 'make' }])).toEqual([
      { line: 9, command: 'make', reason: 'runs the rules of a file (make)' },
    ]);
  });
});
