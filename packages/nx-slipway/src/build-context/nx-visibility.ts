import ignore, { type Ignore } from 'ignore';
import { homedir } from 'node:os';
import { join, posix } from 'node:path';
import { DISK_NOW, type ContextDisk } from './context-disk';

/** Tells which files of a workspace Nx does not hash. Folders have to be asked about before what is in them. */
export interface NxVisibility {
  /**
   * The ignore file by which Nx leaves a path out, or `undefined` where Nx sees it.
   * In: a workspace-relative path whose folder is visible, and whether it is a folder itself.
   */
  hiddenBy(path: string, isFolder: boolean): string | undefined;
}

/** `HOME` and `XDG_CONFIG_HOME`, as Nx has them. */
export type VisibilityEnvironment = Readonly<Record<string, string | undefined>>;

/** Ignore files that Nx reads in each folder. A pattern of an earlier kind wins over all patterns of later kinds, a `!` too. */
export const PER_FOLDER_FILES = ['.nxignore', '.ignore', '.gitignore'] as const;
const KINDS = [...PER_FOLDER_FILES, 'exclude', 'global'] as const;

/**
 * Opens the rules by which Nx 23 walks a workspace (its native walker, built on the crate `ignore` 0.4): `.nxignore`, `.ignore` and
 * `.gitignore` of each folder, `.git/info/exclude`, and the user's global excludes. As in Nx, a file that git tracks although
 * a pattern matches it is left out too, and no `.git` is needed. Ignore files above the workspace's root are not read.
 */
export function openNxVisibility(
  workspaceRoot: string,
  env: VisibilityEnvironment = process.env,
  disk: Pick<ContextDisk, 'readText'> = DISK_NOW,
): NxVisibility {
  const readRules = (base: string, folder: string, file: string, kind: FolderRules['kind']): FolderRules[] =>
    parseRules(readPatterns(join(base, file), disk), { folder, file, kind });
  const overall = [
    ...readRules(workspaceRoot, '.', '.git/info/exclude', 'exclude'),
    ...readRules('/', '.', globalExcludesFile(env, disk), 'global'),
  ];
  const perFolder = new Map<string, readonly FolderRules[]>();
  /** In the order in which they decide. */
  const rulesOf = (folder: string): readonly FolderRules[] => {
    const known = perFolder.get(folder);
    if (known) return known;
    const above = folder === '.' ? overall : rulesOf(posix.dirname(folder));
    const own = PER_FOLDER_FILES.flatMap((name) => readRules(workspaceRoot, folder, posix.join(folder, name), name));
    const rules =
      own.length === 0 ? above : KINDS.flatMap((kind) => [...own, ...above].filter((rule) => rule.kind === kind));
    perFolder.set(folder, rules);
    return rules;
  };
  return {
    hiddenBy(path, isFolder) {
      for (const { folder, matcher, file } of rulesOf(posix.dirname(path))) {
        const relative = (folder === '.' ? path : path.slice(folder.length + 1)) + (isFolder ? '/' : '');
        const result = matcher.test(relative);
        if (result.unignored) return undefined;
        if (result.ignored) return file;
      }
      return undefined;
    },
  };
}

interface FolderRules {
  readonly kind: (typeof KINDS)[number];
  /** Workspace-relative folder that the patterns are relative to; `.` is the root. */
  readonly folder: string;
  readonly file: string;
  readonly matcher: Ignore;
}

/** Nothing for a file without patterns, which is what most folders have and what git makes of `.git/info/exclude`. */
function parseRules(text: string, place: Omit<FolderRules, 'matcher'>): FolderRules[] {
  if (text.split('\n').every((line) => line.trim() === '' || line.startsWith('#'))) return [];
  try {
    const matcher = ignore({ ignoreCase: false, allowRelativePaths: true }).add(text.replace(/^\uFEFF/, ''));
    return [{ ...place, matcher }];
  } catch {
    return [];
  }
}

/** A folder, or what is not readable: for Nx and git alike that is a file without patterns. */
function readPatterns(path: string, disk: Pick<ContextDisk, 'readText'>): string {
  try {
    return disk.readText(path) ?? '';
  } catch {
    return '';
  }
}

/**
 * The user's global excludes (gitignore(5)), absolute. Found as Nx finds it: `gitconfig_excludes_path` (ignore 0.4.23) takes the key
 * `excludesfile` of whatever section, of `.gitconfig` before the other configuration, and each `~` for the home.
 */
function globalExcludesFile(env: VisibilityEnvironment, disk: Pick<ContextDisk, 'readText'>): string {
  const home = env['HOME'] || homedir();
  const configurations = env['XDG_CONFIG_HOME'] || join(home, '.config');
  for (const configuration of [join(home, '.gitconfig'), join(configurations, 'git', 'config')]) {
    const [, path] = /^\s*excludesfile\s*=\s*"?\s*(\S+?)\s*"?\s*$/im.exec(readPatterns(configuration, disk)) ?? [];
    if (path) return path.replaceAll('~', home);
  }
  return join(configurations, 'git', 'ignore');
}
