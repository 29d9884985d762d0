import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of its own 5 statements and the 3 of `half`, it runs all but one until it is told to end; it listens when it can be told. */
const FILES = {
  'go.mod': 'module example.com/covered\n\ngo 1.20\n',
  'half/half.go': 'package half\n\nfunc Of(n int) int {\n\tif n%2 == 1 {\n\t\tpanic("odd")\n\t}\n\treturn n / 2\n}\n',
  'main.go': `package main

import (
	"net"
	"os"
	"os/signal"
	"syscall"

	"example.com/covered/half"
)

func main() {
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	half.Of(4)
	net.Listen("tcp", ":8080")
	<-end
}
`,
};

/** What is said of the program when all that it has counted is there. */
export const COVERED_LINES = [
  '100.0% of     5 statements  example.com/covered',
  ' 66.7% of     3 statements  example.com/covered/half',
  ' 87.5% of     8 statements  total',
];

/** Builds, with the Go of this machine, a program that counts what it runs and ends on SIGTERM. @returns its absolute path */
export function buildCoveredProgram(folder: string, flags: readonly string[] = ['-cover']): string {
  const source = join(folder, 'source');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(source, path, '..'), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  const program = join(folder, 'program');
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOTOOLCHAIN: 'local' };
  execFileSync('go', ['build', ...flags, '-o', program, '.'], { cwd: source, env, timeout: 240_000 });
  return program;
}
