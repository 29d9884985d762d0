import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPodmanImageStore } from '../src/engines/podman/podman-image-store';
import { isSlipwayError } from '../src/errors/slipway-error';
import { createProcessRunner } from '../src/exec/execa-runner';
import type { ProcessRunner } from '../src/exec/process-runner';
import type { Tools } from '../src/exec/tools';
import type { Cluster, DeployReport, DeployRequest } from '../src/clusters/cluster';
import { parseObjects } from '../src/clusters/podman/testing/parse-objects';
import { createPodmanCluster } from '../src/clusters/podman/podman-cluster';

/** The image of all test pods: a shell, bash with /dev/tcp, and perl. */
export const TEST_IMAGE = 'docker.io/library/debian:bookworm-slim';

/** A podman cluster of one test file, and what looks at it from outside. */
export interface TestCluster {
  readonly name: string;
  readonly machineStore: string;
  readonly cluster: Cluster;
  /** Arguments of each podman command since the last `forgetCommands()`. */
  readonly commands: readonly (readonly string[])[];
  forgetCommands(): void;
  readonly lines: readonly string[];
  /** Deploys manifests; 60 s to become ready unless told. */
  deploy(owner: string, yaml: string, options?: Partial<DeployRequest>): Promise<DeployReport>;
  /** Another handle on the same cluster, as another process would have it. */
  open(overrides?: Partial<Tools>): Cluster;
  /** Name in podman of a pod, or of a container of it, in the namespace `default`. */
  podmanName(pod: string, container?: string): string;
  /** Runs a command in the container `app` of a pod; what it printed. */
  exec(pod: string, ...command: string[]): string;
  /** Names of everything in podman and the kernel that belongs to this cluster. */
  listLeftovers(): string[];
  close(): Promise<void>;
}

/** Opens a cluster with a name and a machine store of its own; `close()` takes it down and throws when anything is left. */
export function openTestCluster(topic: string): TestCluster {
  const name = `sliptest-${topic}-${process.pid}`;
  const machineStore = mkdtempSync(join(tmpdir(), `${name}-`));
  const commands: string[][] = [];
  const lines: string[] = [];
  const real = createProcessRunner();
  const runner: ProcessRunner = {
    run: (command, args, options) => {
      if (command === 'podman') commands.push([...args]);
      return real.run(command, args, options);
    },
  };
  const tools: Tools = {
    runner,
    clock: { now: () => Date.now(), sleep },
    env: process.env,
    log: { line: (text) => void lines.push(text) },
    signal: new AbortController().signal,
  };
  const open = (overrides: Partial<Tools> = {}): Cluster => {
    const all = { ...tools, ...overrides };
    return createPodmanCluster({ name, machineStore, images: createPodmanImageStore(all), tools: all });
  };
  const cluster = open();
  const podmanName = (pod: string, container?: string): string =>
    [name, 'default', pod, ...(container ? [container] : [])].join('_');
  const listLeftovers = (): string[] => [
    ...podmanLines('pod', 'ps', '--format', '{{.Name}}').filter((line) => line.includes(name)),
    ...podmanLines('ps', '--all', '--format', '{{.Names}} {{.Labels}}').filter((line) => line.includes(name)),
    ...podmanLines('volume', 'ls', '--format', '{{.Name}}').filter((line) => line.includes(name)),
    ...podmanLines('network', 'ls', '--format', '{{.Name}}').filter((line) => line.includes(name)),
  ];
  return {
    name,
    machineStore,
    cluster,
    commands,
    forgetCommands: () => void commands.splice(0),
    lines,
    deploy: async (owner, yaml, options) => {
      try {
        const objects = parseObjects(yaml);
        return await cluster.deploy({ owner, objects, images: new Map(), timeoutMs: 60_000, ...options });
      } catch (error) {
        // jest prints an error's message, stack and cause.
        if (isSlipwayError(error)) error.cause ??= new Error(error.problem.toolOutput ?? 'no tool printed anything');
        throw error;
      }
    },
    open,
    podmanName,
    exec: (pod, ...command) => podman('exec', podmanName(pod, 'app'), ...command),
    listLeftovers,
    close: async () => {
      await open().down();
      const leftovers = listLeftovers();
      rmSync(machineStore, { recursive: true, force: true });
      if (leftovers.length > 0) throw new Error(`left behind: ${leftovers.join(', ')}`);
    },
  };
}

/** Runs podman beside the cluster, as a user would; what it printed. */
export function podman(...args: string[]): string {
  return execFileSync('podman', args, { timeout: 60_000, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function podmanLines(...args: string[]): string[] {
  return podman(...args)
    .split('\n')
    .filter(Boolean);
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

/** A perl HTTP server that answers with `$GREETING from <host name>`; answers 503 while the file `/tmp/unready` is there. */
export const SERVER_SCRIPT = [
  'use IO::Socket::INET; $|=1; my $port=shift;',
  'my $s=IO::Socket::INET->new(LocalPort=>$port,Listen=>50,ReuseAddr=>1) or die "bind $port: $!"; print "listening on $port\\n";',
  '$SIG{TERM}=sub{exit 0};',
  'while(my $c=$s->accept){ while(<$c>){last if /^\\r?\\n$/} my $b="$ENV{GREETING} from $ENV{HOSTNAME}\\n";',
  'my $st=-e "/tmp/unready" ? "503 Unready" : "200 OK"; print $c "HTTP/1.0 $st\\r\\nContent-Length: ".length($b)."\\r\\n\\r\\n$b"; close $c }',
].join(' ');

/** The bash command that fetches from a host and port and prints what came. */
export function fetchCommand(host: string, port: number): string[] {
  return ['bash', '-c', `exec 3<>/dev/tcp/${host}/${port}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`];
}

/** Options of a web Deployment. */
export interface WebOptions {
  readonly name?: string;
  readonly greeting?: string;
  readonly replicas?: number;
  readonly containerExtra?: string;
}

/** A Deployment of the perl server on port 8080 (`http`), with an HTTP readiness probe. */
export function webDeployment({
  name = 'web',
  greeting = 'hello',
  replicas = 1,
  containerExtra = '',
}: WebOptions = {}): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: app
          image: ${TEST_IMAGE}
          command: [perl, -e, ${JSON.stringify(SERVER_SCRIPT)}]
          args: ['8080']
          env: [{ name: GREETING, value: ${greeting} }]
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http }, periodSeconds: 1 }
          ${containerExtra}
`;
}

/** A Service for the pods of `webDeployment`. */
export function webService(spec: string, name = 'web', app = name): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${app} }, ${spec} }
`;
}

/** A suite that needs podman as root: skipped where that is missing, unless `CI` or `REQUIRE_REAL_TOOLS` says that it must not be. */
export const describeWithPodman = mustRun() || canRunPodman() ? describe : describe.skip;

function mustRun(): boolean {
  return Boolean(process.env['CI'] ?? process.env['REQUIRE_REAL_TOOLS']);
}

function canRunPodman(): boolean {
  try {
    podman('--version');
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}
