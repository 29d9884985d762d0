import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimateInotifyNeed } from './inotify-instances';
import { lacksInotifyInstances } from './kind-problems';

/** What kind v0.33 printed on podman 4.3.1 when systemd in the node could not open a file more, and so ended when it began. */
const NODE_ENDED = readFileSync(join(__dirname, 'fixtures', 'kind-0.33-node-ended.txt'), 'utf8');
/** The same where all of `max_user_instances` were in use. */
const NONE_LEFT = readFileSync(join(__dirname, 'fixtures', 'kind-0.33-no-inotify-instance.txt'), 'utf8');
/** The same where one was left for the node: containerd says `failed to create fsnotify watcher: too many open files` in its journal only. */
const ONE_LEFT = readFileSync(join(__dirname, 'fixtures', 'kind-0.33-few-inotify-instances.txt'), 'utf8');
const EXHAUSTED = { used: 112, limit: 128 };

describe('lacksInotifyInstances', () => {
  it.each([
    ['ended at once', NODE_ENDED],
    ['ended before kind looked', NONE_LEFT],
    ['has no kubelet', ONE_LEFT],
  ])('explains a node that %s, where too few are left', (_, output) => {
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
