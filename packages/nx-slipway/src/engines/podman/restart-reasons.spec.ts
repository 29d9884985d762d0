import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRestartReason } from './restart-reasons';

describe('findRestartReason', () => {
  it.each([
    ['image-removed-meanwhile', 'image-removed'],
    ['state-lost-between-steps', 'state-lost'],
    ['runtime-state-lost', 'state-lost'],
    ['failing-run', undefined],
    ['base-short-name-unknown', undefined],
    ['copy-from-nowhere', undefined],
    ['layer-folder-missing', undefined],
    ['storage-unusable', undefined],
    ['podman-crash', undefined],
  ])('of %s is %s', (name, reason) => {
    // Real output of podman 4.3.1.
    expect(findRestartReason(readFileSync(join(__dirname, 'fixtures', `${name}.txt`), 'utf8'))).toBe(reason);
  });

  it('does not take the words of a step for podman’s', () => {
    const words = 'reading container state from /usr/bin/runc (got output: ""): exit status 1';
    const output = `STEP 2/2: RUN echo '${words}'\n${words}\nError: building at STEP "RUN echo": while running runtime: exit status 1\n`;
    expect(findRestartReason(output)).toBeUndefined();
  });
});
