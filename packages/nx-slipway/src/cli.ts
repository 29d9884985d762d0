#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from './cli/run-command-line';

/** The command `nx-slipway`: `dist/cli.js` of the package. */
void runCommandLine(process.argv.slice(2), { workingFolder: process.cwd(), readVersion }).then((exitCode) => {
  process.exitCode = exitCode;
});

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { version: string };
  return version;
}
