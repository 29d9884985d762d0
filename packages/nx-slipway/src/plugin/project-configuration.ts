import { isJsonObject } from '../artifact/json-object';
import { readDeclaredTargets, type DeclaredTarget } from './declared-targets';
import type { WorkspaceFiles } from './workspace-files';
import { joinWorkspacePath } from './workspace-path';

/** What the files `project.json` and `package.json` of a folder say. */
export interface ProjectConfiguration {
  /** Workspace-relative; `.` is the workspace's root. */
  readonly root: string;
  /** The file to which Nx attributes what is inferred. */
  readonly configFile: string;
  /** The name that the files give; `undefined` where they give none. */
  readonly statedName: string | undefined;
  /** By which file Nx knows the project. */
  readonly source: 'project.json' | 'package.json';
  /** Nx has a project there also where nothing is inferred: the workspace's root is one only if it says so. */
  readonly isProject: boolean;
  readonly declaredTargets: Readonly<Record<string, DeclaredTarget>>;
}

/** Whether a folder with files of these names is a project's. Pure. */
export function isConfigured(names: ReadonlySet<string> | undefined): boolean {
  return names !== undefined && (names.has('project.json') || names.has('package.json'));
}

/** Reads the configuration of a folder that has one. Pure but for reading through `files`. */
export function readProjectConfiguration(
  root: string,
  names: ReadonlySet<string>,
  files: WorkspaceFiles,
): ProjectConfiguration {
  const readJson = (name: string): unknown =>
    names.has(name) ? files.readJson(joinWorkspacePath(root, name)) : undefined;
  const projectJson = readJson('project.json');
  const packageJson = readJson('package.json');
  return {
    root,
    configFile: joinWorkspacePath(root, names.has('project.json') ? 'project.json' : 'package.json'),
    statedName: statedNameOf(projectJson, packageJson),
    source: projectJson === undefined ? 'package.json' : 'project.json',
    isProject: root !== '.' || isRootProject(projectJson, packageJson),
    declaredTargets: readDeclaredTargets(packageJson, projectJson),
  };
}

/** The name by Nx's own rules (Nx 23.2 `project-json`, `package-json`, `validateProject`). */
function statedNameOf(projectJson: unknown, packageJson: unknown): string | undefined {
  const package_ = isJsonObject(packageJson) ? packageJson : {};
  const nx = isJsonObject(package_['nx']) ? package_['nx'] : {};
  const project = isJsonObject(projectJson) ? projectJson : {};
  const candidates =
    projectJson === undefined ? [nx['name'], package_['name']] : [project['name'], package_['name'], nx['name']];
  return candidates.find((name): name is string => typeof name === 'string' && name !== '');
}

/** The workspace's root is a project of Nx only by a `project.json`, or by `nx` in its `package.json` (Nx 23.2 `package-json`). */
function isRootProject(projectJson: unknown, packageJson: unknown): boolean {
  return projectJson !== undefined || (isJsonObject(packageJson) && packageJson['nx'] !== undefined);
}
