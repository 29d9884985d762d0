import { posix } from 'node:path';
import { imageNameOfProject } from '../artifact/image-name';
import { compareText } from '../build-context/compare-text';
import { findKustomization } from '../deploy/kustomize/find-kustomization';
import { describeProblem, type Problem } from '../errors/slipway-error';
import { chooseBuildContext } from './choose-build-context';
import { claimedDockerfileOf, listClaimedDockerfiles } from './claimed-dockerfiles';
import type { DeclaredTarget } from './declared-targets';
import { isManifestName } from './expand-manifests';
import { findDockerfiles, type FoundDockerfile } from './find-dockerfiles';
import { groupBy } from './group-by';
import { MANIFEST_FOLDERS } from './inference-glob';
import { imageNameOfVariant } from './image-name-of-variant';
import { nameProjects } from './name-projects';
import { targetNameOf, type PluginOptions } from './plugin-options';
import { isConfigured, readProjectConfiguration, type ProjectConfiguration } from './project-configuration';
import type { WorkspaceFiles } from './workspace-files';
import { joinWorkspacePath } from './workspace-path';

/** An image that a project has by a Dockerfile. */
export interface SourceImage {
  /** The name that its project and file give it. */
  readonly image: string;
  /** Workspace-relative. */
  readonly dockerfile: string;
  /** Workspace-relative; `.` is the workspace's root. */
  readonly buildContext: string;
  /** The image of the project itself, to which `image` and `dockerfile` of the target `image-build` apply. */
  readonly isMain: boolean;
  /** What was decided about it that the user may not expect. */
  readonly warnings: readonly Problem[];
}

/** A folder of the workspace that is a project of Nx, or becomes one by a Dockerfile; it need not exist. */
export interface SourceProject {
  readonly name: string;
  /** Workspace-relative; `.` is the workspace's root. */
  readonly root: string;
  /** The file to which Nx attributes what is inferred. */
  readonly configFile: string;
  /** The main one first. */
  readonly images: readonly SourceImage[];
  /** Manifests in `k8s/` and then `manifests/` of the project's folder, workspace-relative, sorted; of these the folder itself where it is a kustomization. */
  readonly manifests: readonly string[];
  readonly declaredTargets: Readonly<Record<string, DeclaredTarget>>;
}

/** What besides the files decides which projects there are. */
export interface ProjectGround {
  readonly files: WorkspaceFiles;
  readonly options: PluginOptions;
  /** `targetDefaults` of nx.json. */
  readonly targetDefaults: unknown;
}

/** Folders of other people's sources, which are nobody's images here. */
const FOREIGN_FOLDERS: ReadonlySet<string> = new Set(['node_modules', 'vendor']);

/** Where the roots of images lie whose Dockerfiles are in the workspace's root, where each name may be a real folder's. */
const VIRTUAL_ROOTS_OF_WORKSPACE = '.slipway/images';

/**
 * Finds the projects and their images, sorted by root. A project is a folder with a `project.json` or a `package.json`. Outside
 * of these, a folder with a `Dockerfile` is one, named after the folder; and where a folder has only named Dockerfiles
 * (`web.Dockerfile`), each is the image of the project of that name that has none, or else a project of its own in a virtual root
 * (`docker/web`), built from the workspace's root. A Dockerfile that a project names in an option belongs to that project.
 * Every name is given once, since Nx fails the whole graph on a duplicate. Pure but for reading through `files`.
 */
export function findProjects(ground: ProjectGround): readonly SourceProject[] {
  const { files, options } = ground;
  const folders = groupByFolder(files.paths);
  const dockerfiles = findDockerfiles(files);
  const configurations = [...folders]
    .filter(([, names]) => isConfigured(names))
    .map(([root, names]) => readProjectConfiguration(root, names, files));
  const claims = listClaimedDockerfiles(configurations, ground);
  const stated = configurations.map((configuration) =>
    draftOfConfiguration(configuration, dockerfiles.get(configuration.root) ?? [], claims.byRoot, ground),
  );
  const ownRoots = new Set(stated.filter(({ images }) => images.length > 0).map(({ root }) => root));
  const loose = [...dockerfiles].flatMap(([folder, found]) => {
    const unclaimed = found.filter(({ path }) => !claims.byAnyone.has(path));
    return ownRoots.has(folder) || !isFree(folder, folders) ? [] : listDrafts(folder, unclaimed, files);
  });
  const drafts = [...stated, ...loose].toSorted((a, b) => compareText(a.root, b.root));
  const settled = settleRoots(adoptLooseImages(drafts)).toSorted((a, b) => compareText(a.root, b.root));
  const reserved = options.cluster === false ? [] : [options.cluster.project];
  return nameProjects(settled, reserved).map(({ name, warnings, item }) =>
    describeProject(name, warnings, item, folders),
  );
}

type Folders = ReadonlyMap<string, ReadonlySet<string>>;

/** A Dockerfile of a project that has no name yet. */
interface DraftImage extends Omit<FoundDockerfile, 'label'> {
  readonly buildContext: string;
}

interface DraftProject {
  readonly root: string;
  readonly namingPath: string;
  readonly configFile: string;
  readonly wantedName: string;
  /** Who gets a name that several want: the smallest. */
  readonly rank: number;
  readonly images: readonly DraftImage[];
  readonly declaredTargets: Readonly<Record<string, DeclaredTarget>>;
  /** Where it makes no project: it keeps no name from others. */
  readonly isProject: boolean;
  /** Would take a Dockerfile from elsewhere that has its name. */
  readonly lacksImage: boolean;
}

const RANKS = { 'project.json': 0, 'package.json': 1, folder: 2, virtual: 3 } as const;

function groupByFolder(paths: readonly string[]): Folders {
  const byFolder = groupBy(paths, (path) => posix.dirname(path));
  return new Map([...byFolder].map(([folder, group]) => [folder, new Set(group.map((path) => posix.basename(path)))]));
}

/** A folder that lies in no project; the workspace's root holds all others and is none for this purpose. */
function isFree(folder: string, folders: Folders): boolean {
  if (folder.split('/').some((segment) => FOREIGN_FOLDERS.has(segment))) return false;
  for (let parent = folder; parent !== '.'; parent = posix.dirname(parent)) {
    if (isConfigured(folders.get(parent))) return false;
  }
  return true;
}

function listDrafts(folder: string, found: readonly FoundDockerfile[], files: WorkspaceFiles): DraftProject[] {
  const [first] = found;
  if (!first) return [];
  if (first.variant === undefined) return [draftOfFolder(folder, found)];
  return found.map((dockerfile) => draftOfVariant(folder, dockerfile, files));
}

function draftOfFolder(folder: string, found: readonly FoundDockerfile[]): DraftProject {
  return {
    ...NOTHING_STATED,
    root: folder,
    namingPath: folder,
    configFile: found[0]?.path ?? '',
    wantedName: folderName(folder),
    rank: RANKS.folder,
    images: found.map((dockerfile) => ({ ...dockerfile, buildContext: folder })),
  };
}

function draftOfVariant(
  folder: string,
  { path, label, warnings }: FoundDockerfile,
  files: WorkspaceFiles,
): DraftProject {
  const buildContext = chooseBuildContext(path, files);
  const notice = describeProblem('CONFIG_BUILD_CONTEXT_CHOSEN', { path, folder });
  const image = { path, variant: undefined, warnings: buildContext === '.' ? warnings : [...warnings, notice] };
  return {
    ...NOTHING_STATED,
    root: joinWorkspacePath(folder === '.' ? VIRTUAL_ROOTS_OF_WORKSPACE : folder, label),
    namingPath: joinWorkspacePath(folder, label),
    configFile: path,
    wantedName: imageNameOfProject(label),
    rank: RANKS.virtual,
    images: [{ ...image, buildContext }],
  };
}

const NOTHING_STATED = { declaredTargets: {}, isProject: true, lacksImage: false };

function draftOfConfiguration(
  configuration: ProjectConfiguration,
  found: readonly FoundDockerfile[],
  claimsByRoot: ReadonlyMap<string, ReadonlySet<string>>,
  ground: ProjectGround,
): DraftProject {
  const { root, configFile, declaredTargets, source } = configuration;
  const wantedName = configuration.statedName ?? folderName(root);
  const stated = claimedDockerfileOf(targetNameOf('image-build', ground.options), configuration, ground);
  const claimed = claimsByRoot.get(root) ?? new Set();
  const hasMain = stated !== undefined || found.some(({ variant }) => variant === undefined);
  // Named Dockerfiles alone make no project of a workspace's root that is none.
  const own = configuration.isProject || hasMain ? found : [];
  const others = own.filter(({ path, variant }) => (variant === undefined ? stated === undefined : !claimed.has(path)));
  const main = stated === undefined ? [] : [{ path: stated, variant: undefined, warnings: [] }];
  const images = [...main, ...others].map((image) => ({ ...image, buildContext: root }));
  const isProject = configuration.isProject || images.length > 0;
  const lacksImage = isProject && images.length === 0 && claimed.size === 0;
  return {
    root,
    namingPath: root,
    configFile,
    wantedName,
    rank: RANKS[source],
    images,
    declaredTargets,
    isProject,
    lacksImage,
  };
}

/** Gives a loose Dockerfile to the project of its name that has no image: of several the first. */
function adoptLooseImages(drafts: readonly DraftProject[]): readonly DraftProject[] {
  const lacking = new Map(drafts.filter(({ lacksImage }) => lacksImage).map((draft) => [draft.wantedName, draft]));
  const adopted = new Map<DraftProject, DraftProject>();
  for (const loose of drafts.filter(({ rank }) => rank === RANKS.virtual)) {
    const parent = lacking.get(loose.wantedName);
    if (!parent) continue;
    adopted.set(parent, loose);
    lacking.delete(loose.wantedName);
  }
  const gone = new Set(adopted.values());
  return drafts
    .filter((draft) => !gone.has(draft))
    .map((draft) => {
      const images = adopted.get(draft)?.images.map((image) => asAdopted(image, draft));
      return images ? { ...draft, images } : draft;
    });
}

/** Moves a virtual root that is the folder of another project: Nx would take both for one. */
function settleRoots(drafts: readonly DraftProject[]): readonly DraftProject[] {
  const taken = new Set(drafts.filter(({ rank }) => rank !== RANKS.virtual).map(({ root }) => root));
  return drafts.map((draft) => {
    if (draft.rank !== RANKS.virtual) return draft;
    const moved = `${VIRTUAL_ROOTS_OF_WORKSPACE}/${draft.root.replaceAll('/', '-')}`;
    let root = draft.root;
    for (let number = 1; taken.has(root); number++) root = number === 1 ? moved : `${moved}-${number}`;
    taken.add(root);
    return { ...draft, root };
  });
}

function asAdopted(image: DraftImage, { wantedName: project }: DraftProject): DraftImage {
  const notice = describeProblem('CONFIG_DOCKERFILE_ADOPTED', { path: image.path, project });
  return { ...image, warnings: [...image.warnings, notice] };
}

function folderName(root: string): string {
  return root === '.' ? 'workspace' : posix.basename(root).toLowerCase();
}

function describeProject(
  name: string,
  warnings: readonly Problem[],
  draft: DraftProject,
  folders: Folders,
): SourceProject {
  const { root, configFile, declaredTargets, images, isProject } = draft;
  return {
    name,
    root,
    configFile,
    declaredTargets,
    images: images.map((image) => ({
      image: imageNameOfVariant(name, image.variant),
      dockerfile: image.path,
      buildContext: image.buildContext,
      isMain: image.variant === undefined,
      warnings: [...warnings, ...image.warnings],
    })),
    manifests: isProject
      ? MANIFEST_FOLDERS.flatMap((folder) => listManifests(joinWorkspacePath(root, folder), folders))
      : [],
  };
}

function listManifests(folder: string, folders: Folders): string[] {
  const names = [...(folders.get(folder) ?? [])].filter(isManifestName).toSorted();
  if (findKustomization(folder, { list: () => names }) !== undefined) return [folder];
  return names.map((name) => joinWorkspacePath(folder, name));
}
