/** What differs from the plain service: one pod that logs a line and runs until it is stopped. */
export interface ServiceChanges {
  /** A shell command for the Dockerfile, before its COPY. */
  readonly run?: string;
  /** Lines of YAML for the container. */
  readonly container?: readonly string[];
  /** A NodePort for a Service in front of it. */
  readonly nodePort?: number;
  readonly deployOptions?: Readonly<Record<string, unknown>>;
  /** The options of `e2e`; without, a command that succeeds. */
  readonly testOptions?: Readonly<Record<string, unknown>>;
}

/** The line that the service logs at its start. */
export const FIRST_LOG_LINE = 'The service has started.';

/** The files of a service, by workspace-relative path. Pure. */
export function renderService(project: string, changes: ServiceChanges): Record<string, string> {
  const folder = `services/${project}`;
  return {
    [`${folder}/Dockerfile`]: renderDockerfile(changes.run),
    [`${folder}/content`]: `${project}\n`,
    [`${folder}/k8s/${project}.yaml`]: renderManifests(project, changes),
    [`${folder}/project.json`]: JSON.stringify({
      name: project,
      targets: {
        'deploy-only': { options: changes.deployOptions ?? {} },
        e2e: { options: changes.testOptions ?? { command: 'true' } },
      },
    }),
  };
}

function renderDockerfile(run: string | undefined): string {
  return [
    'FROM docker.io/library/debian:bookworm-slim',
    ...(run === undefined ? [] : [`RUN ${run}`]),
    'COPY content /content',
    `CMD ["/bin/sh", "-c", "echo '${FIRST_LOG_LINE}'; exec sleep infinity"]`,
    '',
  ].join('\n');
}

function renderManifests(project: string, { container = [], nodePort }: ServiceChanges): string {
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    `metadata: {name: ${project}}`,
    'spec:',
    `  selector: {matchLabels: {app: ${project}}}`,
    '  template:',
    `    metadata: {labels: {app: ${project}}}`,
    '    spec:',
    '      terminationGracePeriodSeconds: 0',
    '      containers:',
    `        - name: ${project}`,
    `          image: ${project}`,
    ...container.map((line) => `          ${line}`),
    ...(nodePort === undefined ? [] : renderNodePort(project, nodePort)),
    '',
  ].join('\n');
}

function renderNodePort(project: string, nodePort: number): string[] {
  return [
    '---',
    'apiVersion: v1',
    'kind: Service',
    `metadata: {name: ${project}}`,
    'spec:',
    '  type: NodePort',
    `  selector: {app: ${project}}`,
    `  ports: [{port: 80, nodePort: ${nodePort}}]`,
  ];
}
