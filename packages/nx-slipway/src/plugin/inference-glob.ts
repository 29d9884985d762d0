import { DOCKERFILE_GLOBS } from './dockerfile-name';

/** Folders of a project in which manifests are looked for. */
export const MANIFEST_FOLDERS = ['k8s', 'manifests'] as const;

/** The files for which inference is run, as Nx's glob. Braces are not nested: Nx 22 does not parse that. */
export const INFERENCE_GLOB = `{${[
  ...DOCKERFILE_GLOBS,
  ...MANIFEST_FOLDERS.flatMap((folder) => [`**/${folder}/*.yaml`, `**/${folder}/*.yml`]),
  '**/project.json',
  '**/package.json',
  'nx.json',
].join(',')}}`;
