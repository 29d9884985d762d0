import { posix } from 'node:path';
import { isJsonObject, readDeclaredTargets, type DeclaredTarget } from './declared-targets';
import { isManifestName } from './expand-manifests';
import type { WorkspaceFiles } from './workspace-files';
import { joinWorkspacePath } from './workspace-path';

/** A folder of the workspace that is a project of Nx, or becomes one by its Dockerfile. */
export interface SourceProject {
  readonly name: string;
  /** Workspace-relative; `.` is the workspace's root. */
  readonly root: string;
  /** The file to which Nx attributes what is inferred. */
  readonly configFile: string;
  /** `Dockerfile` or else `Containerfile` in the project's folder, workspace-relative. */
  readonly dockerfile: string | undefined;
  /** Manifests in `k8s/` and then `manifests/` of the project's folder, workspace-relative, sorted. */
  readonly manifests: readonly string[];
  readonly declaredTargets: Readonly<Record<string, DeclaredTarget>>;
}

/** Names of a Dockerfile, the preferred one first. */
const DOCKERFILE_NAMES = ['Dockerfile', 'Containerfile'] as const;

/** Folders of a project in which manifests are looked for. */
const MANIFEST_FOLDERS = ['k8s', 'manifests'] as const;

/** The files for which inference is run, as Nx's glob. Braces are not nested: Nx 22 does not parse that. */
export const INFERENCE_GLOB = `{${[
  ...DOCKERFILE_NAMES.map((name) => `**/${name}`),
  ...MANIFEST_FOLDERS.flatMap((folder) => [`**/${folder}/*.yaml`, `**/${folder}/*.yml`]),
  '**/project.json',
  '**/package.json',
  'nx.json',
].join(',')}}`;

/**
 * Finds the projects: folders with a `project.json` or a `package.json`, and folders with a Dockerfile that belong to no
 * such folder but the workspace's root (these are named after the folder). A Dockerfile deeper inside of a project makes no
 * project: it may be a test's. Every name is given once, since Nx fails the whole graph on a duplicate. Sorted by root. Pure.
 */
export function findProjects(files: WorkspaceFiles): readonly SourceProject[] {
  const folders = groupByFolder(files.paths);
  const roots = [...folders.keys()].filter((folder) => isProjectRoot(folder, folders)).toSorted();
  const named = nameProjects(roots.map((root) => readConfiguration(root, folders.get(root) ?? new Set(), files)));
  return named.map(({ name, configuration }) => describeProject(name, configuration, folders));
}

type Folders = ReadonlyMap<string, ReadonlySet<string>>;

interface ProjectConfiguration {
  readonly root: string;
  readonly configFile: string;
  readonly projectJson: unknown;
  readonly packageJson: unknown;
}

function groupByFolder(paths: readonly string[]): Folders {
  const folders = new Map<string, Set<string>>();
  for (const path of paths) {
    const folder = posix.dirname(path);
    const names = folders.get(folder) ?? new Set<string>();
    folders.set(folder, names.add(posix.basename(path)));
  }
  return folders;
}

function isProjectRoot(folder: string, folders: Folders): boolean {
  const names = folders.get(folder);
  if (!names) return false;
  if (isConfigured(names)) return true;
  return DOCKERFILE_NAMES.some((name) => names.has(name)) && !isInsideProject(folder, folders);
}

function isConfigured(names: ReadonlySet<string> | undefined): boolean {
  return names !== undefined && (names.has('project.json') || names.has('package.json'));
}

function isInsideProject(folder: string, folders: Folders): boolean {
  for (let parent = posix.dirname(folder); parent !== '.'; parent = posix.dirname(parent)) {
    if (isConfigured(folders.get(parent))) return true;
  }
  return false;
}

function readConfiguration(root: string, names: ReadonlySet<string>, files: WorkspaceFiles): ProjectConfiguration {
  const configNames = ['project.json', 'package.json', ...DOCKERFILE_NAMES];
  const readJson = (name: string): unknown =>
    names.has(name) ? files.readJson(joinWorkspacePath(root, name)) : undefined;
  return {
    root,
    configFile: joinWorkspacePath(root, configNames.find((name) => names.has(name)) ?? ''),
    projectJson: readJson('project.json'),
    packageJson: readJson('package.json'),
  };
}

/** Those with a `project.json` come first: Nx takes their names as they are. */
function nameProjects(
  configurations: readonly ProjectConfiguration[],
): { readonly name: string; readonly configuration: ProjectConfiguration }[] {
  const rank = ({ projectJson, packageJson }: ProjectConfiguration): number =>
    projectJson !== undefined ? 0 : packageJson !== undefined ? 1 : 2;
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const configuration of configurations.toSorted((a, b) => rank(a) - rank(b))) {
    const { root } = configuration;
    const wanted = statedName(configuration) ?? folderName(root);
    const name = taken.has(wanted) && rank(configuration) > 0 ? root.toLowerCase().replaceAll('/', '-') : wanted;
    taken.add(name);
    names.set(root, name);
  }
  return configurations.map((configuration) => ({ name: names.get(configuration.root) ?? '', configuration }));
}

/** The name by Nx's own rules (Nx 23.2 `project-json`, `package-json`, `validateProject`). */
function statedName({ projectJson, packageJson }: ProjectConfiguration): string | undefined {
  const package_ = isJsonObject(packageJson) ? packageJson : {};
  const nx = isJsonObject(package_['nx']) ? package_['nx'] : {};
  const project = isJsonObject(projectJson) ? projectJson : {};
  const candidates =
    projectJson === undefined ? [nx['name'], package_['name']] : [project['name'], package_['name'], nx['name']];
  return candidates.find((name): name is string => typeof name === 'string' && name !== '');
}

function folderName(root: string): string {
  return root === '.' ? 'workspace' : posix.basename(root).toLowerCase();
}

function describeProject(name: string, configuration: ProjectConfiguration, folders: Folders): SourceProject {
  const { root, configFile, packageJson, projectJson } = configuration;
  const names = folders.get(root) ?? new Set<string>();
  const dockerfileName = DOCKERFILE_NAMES.find((candidate) => names.has(candidate));
  const hasManifests = root !== '.' || dockerfileName !== undefined || isRootProject(configuration);
  return {
    name,
    root,
    configFile,
    dockerfile: dockerfileName && joinWorkspacePath(root, dockerfileName),
    manifests: hasManifests
      ? MANIFEST_FOLDERS.flatMap((folder) => listManifests(joinWorkspacePath(root, folder), folders))
      : [],
    declaredTargets: readDeclaredTargets(packageJson, projectJson),
  };
}

/** The workspace's root is a project of Nx only by a `project.json`, or by `nx` in its `package.json` (Nx 23.2 `package-json`). */
function isRootProject({ projectJson, packageJson }: ProjectConfiguration): boolean {
  return projectJson !== undefined || (isJsonObject(packageJson) && packageJson['nx'] !== undefined);
}

function listManifests(folder: string, folders: Folders): string[] {
  const names = [...(folders.get(folder) ?? [])].filter(isManifestName).toSorted();
  return names.map((name) => joinWorkspacePath(folder, name));
}
