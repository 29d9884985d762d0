import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateInotifyNeed } from './inotify-instances';
import { lacksInotifyInstances } from './kind-problems';

/** What kind v0.33 printed on podman 4.3.1 when systemd in the node could not open a file more, and so ended when it began. */
const NODE_ENDED = readFileSync(join(__dirname, 'fixtures', 'kind-0.33-node-ended.txt'), 'utf8');
/** What podman 4.3.1 prints of a command in a container that does not run. */
const NOT_RUNNING = 'Error: can only create exec sessions on running containers: container state improper\n';
const EXHAUSTED = { used: 112, limit: 128 };

describe('lacksInotifyInstances', () => {
  it.each([NODE_ENDED, NOT_RUNNING])('explains a node that ended, where too few are left: %s', (output) => {
    expect(lacksInotifyInstances(output, EXHAUSTED, 28)).toBe(true);
  });

  it('explains nothing where enough are left', () => {
    expect(lacksInotifyInstances(NODE_ENDED, { used: 100, limit: 128 }, 28)).toBe(false);
  });

  it('explains nothing that has another cause', () => {
    const output = 'ERROR: failed to create cluster: failed to pull image "kindest/node:v9": exit status 125';
    expect(lacksInotifyInstances(output, EXHAUSTED, 28)).toBe(false);
  });
});

describe('estimateInotifyNeed', () => {
  it.each([
    ['kind: Cluster\n', 28],
    ['nodes:\n  - role: control-plane\n  - role: worker\n', 43],
    ['{"nodes":[{"role":"control-plane"},{"role":"worker"},{"role":"worker"}]}', 58],
  ])('counts the nodes of %j', (config, need) => {
    expect(estimateInotifyNeed(config)).toBe(need);
  });
});
