import { detectModuleMode } from './detect-module-mode';

describe('detectModuleMode', () => {
  test.each<[readonly string[], string | undefined, string]>([
    [['go build ./a'], undefined, 'auto'],
    [['go build -mod=vendor ./a'], undefined, 'vendor'],
    [['cd x && CGO_ENABLED=0 go build --mod mod ./a'], undefined, 'module'],
    [['go build ./a'], '-mod=readonly -trimpath', 'module'],
    [['go build -mod=vendor ./a'], '-mod=readonly', 'vendor'],
    [['GOFLAGS=-mod=mod go install ./a'], '-mod=vendor', 'module'],
    [['export GOFLAGS="-mod=mod" && go build ./a'], undefined, 'module'],
    [['go mod download -mod=mod', 'go build ./a'], undefined, 'auto'],
    [['go build -mod=mod ./a', 'go build ./b'], undefined, 'unknown'],
    [['go build -mod=$MODE ./a'], undefined, 'unknown'],
    [['make'], undefined, 'unknown'],
    [['make'], '-mod=vendor', 'vendor'],
    [['echo -mod=vendor; go vet .'], undefined, 'auto'],
  ])('%j with GOFLAGS %j: %s', (runs, GOFLAGS, mode) => {
    expect(detectModuleMode(runs, { GOFLAGS })).toBe(mode);
  });
});
