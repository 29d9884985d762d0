import type { FreshWorkspace } from './fresh-workspace';

/** A file that makes an image which runs forever; `extra` is put into the Dockerfile. */
export function writeService(workspace: FreshWorkspace, name: string, extra = ''): void {
  workspace.write({
    [`services/${name}/Dockerfile`]: `FROM docker.io/library/debian:bookworm-slim\n${extra}COPY content /content\nCMD ["sleep", "infinity"]\n`,
    [`services/${name}/content`]: `${name}\n`,
    [`services/${name}/k8s/${name}.yaml`]: [
      'apiVersion: apps/v1',
      'kind: Deployment',
      `metadata: {name: ${name}}`,
      'spec:',
      `  selector: {matchLabels: {app: ${name}}}`,
      '  template:',
      `    metadata: {labels: {app: ${name}}}`,
      '    spec:',
      '      terminationGracePeriodSeconds: 0',
      `      containers: [{name: ${name}, image: ${name}}]`,
      '',
    ].join('\n'),
    [`services/${name}/project.json`]: JSON.stringify({
      name,
      targets: { 'deploy-only': { options: { preload: true } }, e2e: { options: { command: 'true' } } },
    }),
  });
}
