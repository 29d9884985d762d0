import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppliedRecord } from '../src/artifact/applied-record';
import { coverageFolderOf, type CoverageFolders } from '../src/clusters/coverage-folders';
import type { SourcedObject } from '../src/clusters/cluster';
import { parseObjects } from '../src/clusters/podman/testing/parse-objects';
import { addGoCoverage } from '../src/deploy/add-go-coverage';

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

/** A workload that runs the program. */
export interface CoveredWorkload {
  readonly kind: 'Deployment' | 'DaemonSet';
  /** There on the nodes; what it runs in decides nothing. */
  readonly image: string;
  /** Its ID, as far as the deploy knows. */
  readonly imageId: string;
  /** Absolute path, on the nodes, of the program's folder: what these tests are about is not how it came into an image. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly gracePeriodSeconds: number;
}

/** What `deploy-only` with `goCoverage` would ask for: folders are made, and pods leave there what they count. */
export async function coveredObjects(workload: CoveredWorkload, coverage: CoverageFolders): Promise<SourcedObject[]> {
  const name = coverageFolderOf(workload.imageId);
  await coverage.prepare('covered', [name]);
  const place = { nodePath: await coverage.pathOf('covered'), folders: new Map([[workload.image, name]]) };
  return addGoCoverage(parseObjects(manifestOf(workload)), place);
}

/** What is remembered of that deploy. */
export function coveredRecord(provider: string, { image, imageId }: CoveredWorkload): AppliedRecord {
  return {
    schemaVersion: 1,
    project: 'covered',
    cluster: { provider, version: '' },
    manifestsDigest: imageId,
    images: [{ name: 'covered', imageId, tag: image, origin: 'image.json' }],
    endpoints: [],
  };
}

function manifestOf({ kind, image, folder, command, gracePeriodSeconds }: CoveredWorkload): string {
  return `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: covered }
spec:
  selector: { matchLabels: { app: covered } }
  template:
    metadata: { labels: { app: covered } }
    spec:
      terminationGracePeriodSeconds: ${gracePeriodSeconds}
      ${kind === 'DaemonSet' ? 'tolerations: [{ operator: Exists }]' : ''}
      securityContext: { runAsUser: 65532, runAsGroup: 65532 }
      containers:
        - name: app
          image: ${image}
          imagePullPolicy: IfNotPresent
          command: ${JSON.stringify(command)}
          readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }
          volumeMounts: [{ name: program, mountPath: /program, readOnly: true }]
      volumes: [{ name: program, hostPath: { path: ${folder}, type: Directory } }]
`;
}
