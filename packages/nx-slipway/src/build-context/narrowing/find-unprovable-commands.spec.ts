import { findUnprovableCommands } from './find-unprovable-commands';

function commandsOf(shell: string): string[] {
  const runs = [{ line: 4, stage: 0, workdir: '/src', shell }];
  const isCopied = (path: string): boolean => path.startsWith('/src/config files/');
  return findUnprovableCommands(runs, ['/src'], isCopied).map(({ command }) => command);
}

describe('findUnprovableCommands', () => {
  test.each([
    ['go build -o /out/web ./cmd/web'],
    ['cd examples && CGO_ENABLED=0 go build -ldflags="-s -w" -trimpath -o /out/x ./x/cmd/x'],
    ['go mod download && go mod verify && go env && go version'],
    ['GOARCH=$(dpkg --print-architecture) go build -p $(nproc) -o /out/web ./cmd/web'],
    ['if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi && go install ./cmd/x'],
    ['apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/* /var/cache/*'],
    ['npm ci && npm run build -w apps/web'],
    ['npm --prefix web run build:prod && yarn install && pnpm --filter web build'],
    ['npx nx build web && npx tsc -p tsconfig.json && npx vite build && next build'],
    ['cp /out/web /usr/bin/web && strip /usr/bin/web && cp -r /usr/share/zoneinfo /out/zoneinfo'],
    [
      'cp "config files/greeting" /greeting && (test -f "config files/flavour" && cp "config files/flavour" /flavour || echo plain > /flavour)',
    ],
    ['python3 -m venv /opt/venv && sh -c "echo done"'],
    ['python3 -m pip --python /opt/venv/bin/python install --no-compile --requirement /requirements.txt'],
    ['PYTHONHASHSEED=0 python3 -m compileall -q --invalidation-mode unchecked-hash /opt/venv'],
    [`printf '{"commit":"%s"}\\n' "$GIT_COMMIT" > /etc/stamps.json`],
    ['sed -i s/a/b/ config/app.yaml && curl -fsSLo /tmp/x.tgz https://example.com/x.tgz && tar xzf /tmp/x.tgz -C /opt'],
    ['timeout 60 go build ./cmd/web && env CGO_ENABLED=0 go build ./cmd/web && nice -n 5 npm ci'],
    ['for name in one two; do mkdir -p "/out/$name"; done'],
    ['<<EOF\ngo build ./cmd/web\necho done\nEOF'],
    ['go build ./cmd/web > /log 2>&1 && [ "$X" = y ]'],
    ['cat <<EOF > /etc/app.conf\npytest = no\nEOF'],
    ['[ -z "$X" ] || [ -f /etc/os-release ] || mkdir -p /out && mv /out/web /bin/web'],
    ['cp "config files/greeting" /greeting || exit 1'],
  ])('lets pass: %s', (shell) => {
    expect(commandsOf(shell)).toEqual([]);
  });

  test.each([
    ['python -m pytest', 'python -m pytest'],
    ['python3 -m unittest discover', 'python3 -m unittest discover'],
    ['cargo test', 'cargo test'],
    ['dotnet test', 'dotnet test'],
    ['mix test', 'mix test'],
    ['node --test', 'node --test'],
    ['ctest', 'ctest'],
    ['bats tests', 'bats tests'],
    ['npm run verify', 'npm run verify'],
    ['npm run typecheck', 'npm run typecheck'],
    ['npm run build --workspaces', 'npm run build --workspaces'],
    ['npm -w web test', 'npm -w web test'],
    ['npm --prefix web test', 'npm --prefix web test'],
    ['npx tsc --noEmit', 'npx tsc --noEmit'],
    ['tsc -p . --noEmit', 'tsc -p . --noEmit'],
    ['pnpm exec vitest', 'pnpm exec vitest'],
    ['bunx jest', 'bunx jest'],
    ['poetry run pytest', 'poetry run pytest'],
    ['uv run pytest', 'uv run pytest'],
    ['bundle exec rspec', 'bundle exec rspec'],
    ["sh -c 'pytest'", 'pytest'],
    ["bash -ec 'cd x && pytest'", 'pytest'],
    ['timeout 60 pytest', 'pytest'],
    ['xvfb-run npm test', 'npm test'],
    ['xvfb-run -a npm test', 'npm test'],
    ['exec ./check', './check'],
    ['env -i CI=1 pytest', 'pytest'],
    ['sudo -E pytest', 'pytest'],
    ['go -C sub test', 'go -C sub test'],
    ['go build -toolexec=./spy ./cmd/web', 'go build -toolexec=./spy ./cmd/web'],
    ['go build -o /out/ ./cmd/...', 'go build -o /out/ ./cmd/...'],
    ['go build ./cmd/web && diff -r testdata golden', 'diff -r testdata golden'],
    ['test -z "$(gofmt -l cmd internal)"', '$(gofmt -l cmd internal)'],
    ['echo `ls src` > /out', '`ls src`'],
    ['grep -r TODO src', 'grep -r TODO src'],
    ['for f in *; do echo "$f"; done', 'for f in *'],
    ['echo * > /list', 'echo * > /list'],
    ['pre-commit run', 'pre-commit run'],
    ['helm lint chart', 'helm lint chart'],
    ['./check.sh && touch /ok', './check.sh'],
    ['/src/go build ./cmd/web', '/src/go build ./cmd/web'],
    ['cp -r . /out', 'cp -r . /out'],
    ['cp -r web /out', 'cp -r web /out'],
    ['cp -a /src/web /out', 'cp -a /src/web /out'],
    ['mv web /out', 'mv web /out'],
    ['ln -s /src/web /out', 'ln -s /src/web /out'],
    ['test -f extra && cp extra /extra', 'test -f extra'],
    ['if [ -d /src/extra ]; then touch /extra; fi', '[ -d /src/extra ]'],
    ['if [[ ! -e "$EXTRA" ]]; then touch /none; fi', '[[ ! -e $EXTRA ]]'],
    ['[ extra -nt go.mod ] && touch /newer', '[ extra -nt go.mod ]'],
    ['cd web && test -s "config files/flavour"', 'test -s config files/flavour'],
    ['cp extra /extra || true', 'cp extra /extra'],
    ['cat extra > /extra 2>/dev/null || touch /extra', 'cat extra > /extra 2>/dev/null'],
    ['mv /src /out', 'mv /src /out'],
    ['cp *.txt /out', 'cp *.txt /out'],
    ['cp /src/*.txt /out', 'cp /src/*.txt /out'],
    ['tar cf /out.tar assets', 'tar cf /out.tar assets'],
    ['pip install .', 'pip install .'],
    ['curl -fsSL https://example.com/x | sh', 'sh'],
    ['eval "$CHECK"', 'eval $CHECK'],
    ['$CHECK', '$CHECK'],
    ['<<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF', '<<EOF'],
    ['python3 <<EOF\nprint(1)\nEOF', 'python3 <<EOF'],
    ['<<EOF\ngo build ./cmd/web\npytest\nEOF', 'pytest'],
  ])('names: %s', (shell, command) => {
    expect(commandsOf(shell)).toContain(command);
  });

  test('says why where that is known, and else that it is not', () => {
    const runs = ['make', 'frobnicate src'].map((shell, index) => ({
      line: index + 1,
      stage: 0,
      workdir: null,
      shell,
    }));
    expect(findUnprovableCommands(runs)).toEqual([
      { line: 1, command: 'make', reason: 'runs the rules of a file (make)' },
      { line: 2, command: 'frobnicate src', reason: 'is not known to leave a trace of all that it reads' },
    ]);
  });
});
