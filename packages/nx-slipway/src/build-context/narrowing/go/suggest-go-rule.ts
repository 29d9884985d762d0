import type { ContextTree } from '../rule-selection';
import { splitShellCommands, type ShellCommand } from '../shell-commands';
import { readGoCommand, resolveAbsolute, type GoCommand } from './go-commands';
import { folderOf } from '../../context-path';
import { cleanPath, followLinks, joinPath, leavesRoot, listFoldersUp, type LinkedTree } from './linked-tree';
import { parseGoModFile } from './go-mod-file';

/** A RUN in shell form that comes after the COPY, in its stage or one that is FROM it. */
export interface ShellRun {
  readonly text: string;
  /** Absolute path; `undefined` where it is not known. */
  readonly workdir?: string;
}

/** What is known of a Dockerfile when a rule is suggested for one of its COPY lines. */
export interface GoRuleRequest {
  readonly runs: readonly ShellRun[];
  /** A COPY of one folder of the build context (`''` is the root) to an absolute path. */
  readonly copy: { readonly source: string; readonly destination: string };
  readonly tree: ContextTree;
}

/**
 * The `go:` rules, sorted, that stand for all that these RUN lines read of a copied folder: `['go:./cmd/web']`. `undefined` where that cannot be
 * known: a package pattern, a variable, or any command that may read what was copied. A suggestion, to be proven like any other rule.
 */
export function suggestGoRule({ runs, copy, tree }: GoRuleRequest): readonly string[] | undefined {
  const reader = new RunReader(copy.source, resolveAbsolute('/', copy.destination), followLinks(tree), tree);
  if (!runs.every(({ text, workdir }) => reader.read(text, workdir))) return undefined;
  return reader.packages.size === 0 ? undefined : [...reader.packages].sort().map((folder) => `go:./${folder}`);
}

/** Commands that read nothing of a source tree, whatever their arguments. */
const HARMLESS = new Set(
  'apk apt apt-get dnf yum microdnf update-ca-certificates useradd groupadd adduser addgroup echo printf true false : set export unset test [ [[ fi done esac } umask'.split(
    ' ',
  ),
);
/** Commands that read or write no more than the paths that they name. */
const BY_PATH = new Set('mkdir rm mv cp chmod chown strip upx ls touch ln install'.split(' '));
/** Verbs of go that read no package. */
const HARMLESS_VERBS = new Set(['version', 'env', 'clean', 'telemetry', 'help']);
/** Flags by which go reads what no rule covers. */
const UNKNOWN_FLAG = /^-(?:modfile|overlay|toolexec|pgo)=/;

class RunReader {
  /** Relative to the root of the build context; `''` is the root. */
  readonly packages = new Set<string>();

  constructor(
    private readonly source: string,
    private readonly destination: string,
    private readonly linked: LinkedTree,
    private readonly tree: ContextTree,
  ) {}

  /** Whether all of a RUN line is understood. */
  read(text: string, workdir: string | undefined): boolean {
    let folder = workdir;
    if (/<<|\$\(|`/.test(text)) return false;
    return splitShellCommands(text).every((command) => {
      const [program, first] = command.words;
      if (program === undefined || HARMLESS.has(program.text)) return true;
      if (program.text !== 'cd') return this.readCommand(command, folder);
      if (!first || first.expands || (folder === undefined && !first.text.startsWith('/'))) return false;
      folder = resolveAbsolute(folder ?? '/', first.text);
      return true;
    });
  }

  private readCommand(command: ShellCommand, folder: string | undefined): boolean {
    const go = readGoCommand(command);
    if (go) return this.readGo(go, folder);
    const [program, ...words] = command.words;
    if (!program || !BY_PATH.has(program.text)) return false;
    return words.every(({ text, expands }) => {
      if (text.startsWith('-')) return true;
      const literal = expands ? text.replace(/[*?[$`].*$/, '') : text;
      return (text.startsWith('/') || folder !== undefined) && !this.mayMeet(resolveAbsolute(folder ?? '/', literal));
    });
  }

  private readGo(go: GoCommand, workdir: string | undefined): boolean {
    if (HARMLESS_VERBS.has(go.verb)) return true;
    if (go.verb === 'mod') return ['download', 'verify'].includes(go.operands[0]?.text ?? '');
    if (!['build', 'install', 'run'].includes(go.verb) || go.flags.some((flag) => UNKNOWN_FLAG.test(flag)))
      return false;
    if (workdir === undefined) return false;
    const folder = go.folder === undefined ? workdir : resolveAbsolute(workdir, go.folder);
    const operands = go.verb === 'run' ? go.operands.slice(0, 1) : go.operands;
    const packages = operands.length === 0 ? [{ text: '.', expands: false }] : operands;
    return packages.every(({ text, expands }) => !expands && !text.includes('...') && this.addPackage(text, folder));
  }

  private addPackage(written: string, folder: string): boolean {
    if (written.includes('@')) return true;
    const path = written.endsWith('.go') ? folderOf(written) || '.' : written;
    const isPath = /^(?:\.\.?(?:\/|$)|\/)/.test(path) || written.endsWith('.go');
    const target = isPath ? this.toContext(resolveAbsolute(folder, path)) : this.findImport(path, folder);
    if (target === undefined) return false;
    if (target !== null) this.packages.add(target);
    return true;
  }

  /** The folder of an import path: in the module that the command runs in, else `null`, of the standard library or another module. */
  private findImport(path: string, folder: string): string | null | undefined {
    const start = this.toContext(folder);
    if (start === undefined) return null;
    for (const above of listFoldersUp(start)) {
      const text = this.tree.read(joinPath(above, 'go.mod'));
      if (text === undefined) continue;
      const { modulePath } = parseGoModFile(text);
      if (path !== modulePath && !path.startsWith(`${modulePath}/`)) return null;
      return joinPath(above, path.slice(modulePath.length + 1));
    }
    return undefined;
  }

  /** The path of the build context that was copied to an absolute path; `undefined` where none was. */
  private toContext(absolute: string): string | undefined {
    const below = this.destination === '/' ? absolute.slice(1) : absolute.slice(this.destination.length + 1);
    if (
      absolute !== this.destination &&
      !absolute.startsWith(this.destination === '/' ? '/' : `${this.destination}/`)
    ) {
      return undefined;
    }
    const path = joinPath(this.source, cleanPath(below || '.'));
    return leavesRoot(path) || this.linked.resolve(path).kind !== 'directory' ? undefined : path;
  }

  /** Whether a path is what was copied, in it, or above it. */
  private mayMeet(absolute: string): boolean {
    const under = (path: string, folder: string) =>
      path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
    return under(absolute, this.destination) || under(this.destination, absolute);
  }
}
