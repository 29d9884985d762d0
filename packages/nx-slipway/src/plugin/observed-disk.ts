import { createHash } from 'node:crypto';
import { dirname, join, posix } from 'node:path';
import { DISK_NOW, type ContextDisk, type DiskEntry } from '../build-context/context-disk';

/** What was asked of a disk: for each kind of question the paths, workspace-relative where they lie in the workspace, else absolute. */
export type Questions = Readonly<Partial<Record<QuestionKind | typeof ABSENT, readonly string[]>>>;

/**
 * What was asked for and is not in the list of its folder, which is most of all that is asked for: for each folder its path, a slash, and
 * these names, each with a slash before it.
 */
const ABSENT = 'absent';

/** In the order in which they are asked again: what a folder lists answers many of the other questions. */
const QUESTION_KINDS = ['readFolder', 'isFolder', 'look', 'readText', 'readLink', 'digestFile'] as const;
type QuestionKind = (typeof QUESTION_KINDS)[number];

/** Questions whose answer is told by a folder that does not list the path. */
const ANSWERED_BY_ABSENCE: ReadonlySet<QuestionKind> = new Set(['isFolder', 'look', 'readText']);

/** A disk that remembers. */
export interface ObservedDisk extends ContextDisk {
  /** All that it was asked. */
  questions(): Questions;
  /** Digest of the answers to these questions; what was not asked before is asked now. Never throws: an error is an answer. */
  digestAnswers(questions: Questions): string;
}

/**
 * A disk that is asked each question once, for as long as the returned object lives, so that the digest of its answers is one of those that
 * were used. Whether something is there, and what it is, is told from the list of its folder where that lies in the workspace.
 * @param workspaceRoot absolute path
 */
export function observeDisk(workspaceRoot: string, disk: ContextDisk = DISK_NOW): ObservedDisk {
  return new RememberingDisk(workspaceRoot, disk);
}

type Answer<Value = unknown> = { readonly value: Value } | { readonly error: unknown };

class RememberingDisk implements ObservedDisk {
  private readonly answers: Record<QuestionKind, Map<string, Answer>> = {
    readFolder: new Map(),
    isFolder: new Map(),
    look: new Map(),
    readText: new Map(),
    readLink: new Map(),
    digestFile: new Map(),
  };
  /** By absolute path; those too of which only single entries were asked for. */
  private readonly listings = new Map<string, Answer<ReadonlyMap<string, DiskEntry>>>();

  constructor(
    private readonly workspaceRoot: string,
    private readonly disk: ContextDisk,
  ) {}

  readFolder(path: string): readonly DiskEntry[] {
    return this.ask('readFolder', path, () =>
      [...valueOf(this.list(path)).values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }

  readText(path: string): string | undefined {
    return this.ask('readText', path, () => {
      const entry = this.entryAt(path);
      return entry === null ? undefined : this.disk.readText(path, entry?.kind === 'file');
    });
  }

  digestFile(path: string): string {
    return this.ask('digestFile', path, () => this.disk.digestFile(path));
  }

  readLink(path: string): string {
    return this.ask('readLink', path, () => this.disk.readLink(path));
  }

  look(path: string): ReturnType<ContextDisk['look']> {
    return this.ask('look', path, () => {
      const entry = this.entryAt(path);
      if (entry === null) return undefined;
      return entry === undefined || entry.kind === 'file'
        ? this.disk.look(path)
        : { kind: entry.kind, isExecutable: false };
    });
  }

  isFolder(path: string): boolean {
    return this.ask('isFolder', path, () => {
      const entry = this.entryAt(path);
      if (entry === null) return false;
      return entry === undefined || entry.kind === 'link' ? this.disk.isFolder(path) : entry.kind === 'directory';
    });
  }

  questions(): Questions {
    const absent = new Map<string, Set<string>>();
    const isAbsent = (kind: QuestionKind, path: string): boolean => {
      if (!ANSWERED_BY_ABSENCE.has(kind) || this.entryAt(path) !== null) return false;
      const folder = this.shorten(dirname(path));
      absent.set(folder, (absent.get(folder) ?? new Set()).add(posix.basename(path)));
      return true;
    };
    const asked = QUESTION_KINDS.map((kind) => {
      const paths = [...this.answers[kind].keys()].filter((path) => !isAbsent(kind, path));
      return [kind, paths.map((path) => this.shorten(path))] as const;
    });
    return {
      ...Object.fromEntries(asked),
      [ABSENT]: [...absent].map(([folder, names]) => [`${folder}/`, ...names].join('/')),
    };
  }

  digestAnswers(questions: Questions): string {
    const digest = createHash('sha256');
    const add = (answer: unknown): void => void digest.update(`${JSON.stringify(answer)}\n`);
    for (const kind of QUESTION_KINDS) {
      add(kind);
      for (const path of questions[kind] ?? []) add(describeAnswer(this.answerTo(kind, this.lengthen(path))));
    }
    for (const absent of questions[ABSENT] ?? []) add(this.listPresent(absent));
    return digest.digest('hex');
  }

  /** Which of these names are there by now. */
  private listPresent(absent: string): unknown {
    const end = absent.lastIndexOf('//');
    const folder = this.list(this.lengthen(absent.slice(0, end)));
    if ('error' in folder) return describeAnswer(folder);
    return absent
      .slice(end + 2)
      .split('/')
      .filter((name) => folder.value.has(name));
  }

  /**
   * `null` where its folder does not list it, `undefined` where that is not known. Of the files that may decide an image most are not
   * there, and one list costs less than to ask for each.
   */
  private entryAt(path: string): DiskEntry | null | undefined {
    if (!path.startsWith(`${this.workspaceRoot}/`)) return undefined;
    const folder = this.list(dirname(path));
    return 'value' in folder ? (folder.value.get(posix.basename(path)) ?? null) : undefined;
  }

  private list(folder: string): Answer<ReadonlyMap<string, DiskEntry>> {
    const known = this.listings.get(folder);
    if (known) return known;
    const found = settle(() => {
      this.assertMayBeFolder(folder);
      return new Map(this.disk.readFolder(folder).map((entry) => [entry.name, entry]));
    });
    this.listings.set(folder, found);
    return found;
  }

  /** The folder above it knows: manifests are asked for what is in them, as folders of manifests are. */
  private assertMayBeFolder(path: string): void {
    const entry = this.entryAt(path);
    if (entry === null)
      throw Object.assign(new Error(`ENOENT: no such file or directory, ${path}`), { code: 'ENOENT' });
    if (entry?.kind === 'file')
      throw Object.assign(new Error(`ENOTDIR: not a directory, ${path}`), { code: 'ENOTDIR' });
  }

  private answerTo(kind: QuestionKind, path: string): Answer | undefined {
    try {
      this[kind](path);
    } catch {
      // Remembered as the answer.
    }
    return this.answers[kind].get(path);
  }

  private ask<Value>(kind: QuestionKind, path: string, answer: () => Value): Value {
    const known = this.answers[kind].get(path) ?? settle(answer);
    this.answers[kind].set(path, known);
    return valueOf(known) as Value;
  }

  private shorten(path: string): string {
    return path.startsWith(`${this.workspaceRoot}/`) ? path.slice(this.workspaceRoot.length + 1) : path;
  }

  private lengthen(path: string): string {
    return path.startsWith('/') ? path : join(this.workspaceRoot, path);
  }
}

function valueOf<Value>(answer: Answer<Value>): Value {
  if ('error' in answer) throw answer.error;
  return answer.value;
}

function settle<Value>(answer: () => Value): Answer<Value> {
  try {
    return { value: answer() };
  } catch (error) {
    return { error };
  }
}

/** What JSON tells apart: an error is known by its code. */
function describeAnswer(answer: Answer | undefined): unknown {
  if (!answer) return null;
  if ('value' in answer) return [answer.value];
  const { error } = answer;
  return { code: typeof error === 'object' && error !== null && 'code' in error ? error.code : String(error) };
}
