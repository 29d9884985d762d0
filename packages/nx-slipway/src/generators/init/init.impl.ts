import { formatFiles, logger, readNxJson, updateNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { OWN_OUTPUTS } from '../../artifact/record-files';
import { addPlugin } from './add-plugin';

/** The options of the generator. */
export interface InitOptions {
  readonly skipFormat?: boolean;
}

/** What no image needs, for a build context that is the whole workspace. */
const DOCKERIGNORE = ['.git', '.nx', 'dist', '**/node_modules', ''].join('\n');

const NEXT_STEPS = `
nx-slipway is in nx.json. Next:
  1. Put a Dockerfile into a project's folder, then build its image:   npx nx run <project>:image-build
  2. Put its manifests into the folder k8s beside it, then deploy it:   npx nx run <project>:deploy-only
  3. Pin base images by digest, so that a new one is noticed:           npx nx-slipway lock
  4. Look at what was inferred, with all options:                       npx nx show project <project>
     and at what the images are built from:                             npx nx-slipway plan
`;

/**
 * Adds the plugin to `nx.json`, and keeps its outputs out of git and out of build contexts. Running it again changes nothing.
 */
export default async function init(tree: Tree, options: InitOptions): Promise<GeneratorCallback> {
  updateNxJson(tree, addPlugin(readNxJson(tree) ?? {}));
  ignoreOutputs(tree);
  if (!tree.exists('.dockerignore')) tree.write('.dockerignore', DOCKERIGNORE);
  if (!options.skipFormat) await formatFiles(tree);
  return () => logger.info(NEXT_STEPS);
}

/** Nx hashes what git does not ignore, so outputs that are not ignored would be their own inputs. */
function ignoreOutputs(tree: Tree): void {
  const text = tree.exists('.gitignore') ? (tree.read('.gitignore', 'utf-8') ?? '') : '';
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, '')));
  const missing = lines.has('dist') ? [] : OWN_OUTPUTS.filter((folder) => !lines.has(folder));
  if (missing.length === 0) return;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  tree.write('.gitignore', `${text}${separator}${missing.map((folder) => `/${folder}\n`).join('')}`);
}
