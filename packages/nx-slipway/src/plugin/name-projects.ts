import { describeProblem, type Problem } from '../errors/slipway-error';

/** A project that is to get a name. */
export interface Nameable {
  /** Workspace-relative. */
  readonly root: string;
  /** The path after which it is named where the wanted name is taken. */
  readonly namingPath: string;
  readonly configFile: string;
  readonly wantedName: string;
  /** Who gets a name that several want: the smallest. Those of rank 0 keep it in any case, as Nx takes it as it is. */
  readonly rank: number;
  /** Where Nx has no project, nothing is kept from others. */
  readonly isProject: boolean;
}

/** A project with its name, and the warning that it is not the wanted one. */
export interface Named<Item> {
  readonly name: string;
  readonly warnings: readonly Problem[];
  readonly item: Item;
}

/** From this rank on it is this plugin that makes the project, and no file states its name. */
const FIRST_MADE_RANK = 2;

/**
 * Names projects so that no name is given twice: who comes too late is named after its whole path, numbered if need be. In the
 * order of `items`. Pure.
 * @param reserved names that only a project with a configuration of its own may have
 */
export function nameProjects<Item extends Nameable>(
  items: readonly Item[],
  reserved: readonly string[],
): readonly Named<Item>[] {
  const taken = new Map<string, string>();
  const named = new Map<Item, Named<Item>>();
  for (const item of items.toSorted((a, b) => a.rank - b.rank)) {
    const isMade = item.rank >= FIRST_MADE_RANK;
    const isFree = (name: string): boolean => !taken.has(name) && !(isMade && reserved.includes(name));
    const name = item.rank === 0 || isFree(item.wantedName) ? item.wantedName : firstFreeName(item.namingPath, isFree);
    named.set(item, { name, warnings: isMade ? describeRenaming(item, name, taken) : [], item });
    if (item.isProject) taken.set(name, item.root);
  }
  return items.flatMap((item) => named.get(item) ?? []);
}

function firstFreeName(path: string, isFree: (name: string) => boolean): string {
  const base =
    path
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replaceAll(/^[.-]+/g, '') || 'project';
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (isFree(name)) return name;
  }
}

function describeRenaming(
  { configFile: path, wantedName: wanted }: Nameable,
  name: string,
  taken: ReadonlyMap<string, string>,
): Problem[] {
  if (name === wanted) return [];
  const taker = taken.get(wanted);
  const owner = taker === undefined ? 'the cluster' : `the project in ${taker}`;
  return [describeProblem('CONFIG_PROJECT_RENAMED', { path, wanted, name, owner })];
}
