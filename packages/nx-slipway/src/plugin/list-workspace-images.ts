import { imageNameOfProject } from '../artifact/image-name';
import { compareText } from '../build-context/compare-text';

/** One `image-build` target of the workspace. */
export interface WorkspaceImage {
  /** The image's name, e.g. `datastorage`. */
  readonly image: string;
  readonly project: string;
  readonly target: string;
  /** Workspace-relative. */
  readonly projectRoot: string;
  /** As Nx resolved them: inferred ones, `targetDefaults` and the project's own, tokens replaced. */
  readonly options: Readonly<Record<string, unknown>>;
  /** By the name of a configuration, what it puts over the options; not given where there is none. */
  readonly configurations?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The parts of Nx's project configuration that are looked at. */
export interface ResolvedProject {
  readonly root: string;
  readonly targets?: Readonly<Record<string, ResolvedTarget>>;
}

interface ResolvedTarget {
  readonly executor?: string;
  readonly options?: unknown;
  readonly configurations?: WorkspaceImage['configurations'];
}

const IMAGE_BUILD_EXECUTOR = 'nx-slipway:image-build';

/**
 * Every image that a project of this workspace builds, from resolved project configurations (`context.projectsConfigurations`
 * in an executor). Sorted by project and target. Pure.
 */
export function listWorkspaceImages(projects: Readonly<Record<string, ResolvedProject>>): readonly WorkspaceImage[] {
  return Object.entries(projects)
    .flatMap(([project, configuration]) => listProjectImages(project, configuration))
    .sort((a, b) => compareText(a.project, b.project) || compareText(a.target, b.target));
}

function listProjectImages(project: string, { root, targets = {} }: ResolvedProject): WorkspaceImage[] {
  return Object.entries(targets)
    .filter(([, { executor }]) => executor === IMAGE_BUILD_EXECUTOR)
    .map(([target, configuration]) => {
      const options = (configuration.options ?? {}) as Readonly<Record<string, unknown>>;
      const image = typeof options['image'] === 'string' ? options['image'] : imageNameOfProject(project);
      const { configurations = {} } = configuration;
      const configured = Object.keys(configurations).length === 0 ? {} : { configurations };
      return { image, project, target, projectRoot: root, options, ...configured };
    });
}
