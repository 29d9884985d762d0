/** What differs from the plain narrowed service, whose image holds a greeting and, where the folder has it, a flavour. */
export interface NarrowedServiceChanges {
  readonly rules?: readonly string[];
  /** A shell command for a RUN line after `COPY . .`. */
  readonly run?: string;
}

/** Its context holds files that its image does not need, in a folder with a space in its name. */
const GREETING = 'config files/greeting';
const FLAVOUR = 'config files/flavour';

/** Copies the greeting, and takes another flavour where nobody wrote one: a file that is missing does not fail the build. */
const COOK = `cp "${GREETING}" /greeting && (test -f "${FLAVOUR}" && cp "${FLAVOUR}" /flavour || echo plain > /flavour)`;

/** The files of a service whose build copies all of its folder, by workspace-relative path. Pure. */
export function renderNarrowedService(
  folder: string,
  project: string,
  { rules = ['files:config files'], run = COOK }: NarrowedServiceChanges = {},
): Record<string, string> {
  const target = { options: { narrow: { 'COPY . .': rules } } };
  return {
    [`${folder}/Dockerfile`]: [
      'FROM docker.io/library/debian:bookworm-slim AS kitchen',
      'WORKDIR /work',
      'COPY . .',
      `RUN ${run}`,
      'FROM scratch',
      'COPY --from=kitchen /greeting /flavour /',
      '',
    ].join('\n'),
    [`${folder}/project.json`]: JSON.stringify({ name: project, targets: { 'image-build': target } }),
    [`${folder}/.dockerignore`]: '.dockerignore\nDockerfile\nproject.json\n',
    [`${folder}/${GREETING}`]: 'hello\n',
    [`${folder}/${FLAVOUR}`]: 'lemon\n',
    [`${folder}/README.md`]: 'About the service.\n',
    [`${folder}/recordings/one.txt`]: 'x'.repeat(10_000),
  };
}

/** A Go module with two commands, one of which is what the image is narrowed to, by workspace-relative path. Pure. */
export function renderGoModule(folder: string): Record<string, string> {
  return {
    [`${folder}/go.mod`]: 'module example.com/narrowed\n\ngo 1.19\n',
    [`${folder}/cmd/one/main.go`]: 'package main\n\nfunc main() {}\n',
    [`${folder}/cmd/two/main.go`]: 'package main\n\nfunc main() {}\n',
    [`${folder}/build.sh`]: '#!/bin/sh\nls cmd > /greeting\n',
  };
}
