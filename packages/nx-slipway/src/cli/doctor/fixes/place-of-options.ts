import { parseTree, findNodeAtLocation, getNodeValue } from 'jsonc-parser';
import { posix } from 'node:path';
import type { DoctorGround } from '../check';

/** Where the options of a target are configured. */
export interface OptionsPlace {
  /** Workspace-relative. */
  readonly file: string;
  /** From the root of the file to the options. */
  readonly path: readonly string[];
}

/** A target as its place is looked for. */
export interface ConfiguredTarget {
  readonly target: string;
  /** Workspace-relative. */
  readonly projectRoot: string;
}

/**
 * Where an option of a target is set, or would be: the project's project.json, else its package.json. `undefined` where it has neither,
 * or where none is JSON. Pure but for reading through `readText`.
 */
export function findProjectOptions(
  { target, projectRoot }: ConfiguredTarget,
  readText: DoctorGround['readText'],
): OptionsPlace | undefined {
  return listProjectPlaces({ target, projectRoot }).find(({ file }) => readText(file) !== undefined);
}

/** All places that Nx reads options of a target from, the one that wins first. Pure. */
export function listOptionPlaces({ target, projectRoot }: ConfiguredTarget): readonly OptionsPlace[] {
  return [
    ...listProjectPlaces({ target, projectRoot }),
    { file: 'nx.json', path: ['targetDefaults', target, 'options'] },
    { file: 'nx.json', path: ['targetDefaults', 'nx-slipway:image-build', 'options'] },
  ];
}

/** The value at a path of a JSON text, with or without comments; `undefined` where there is none. Pure. */
export function readJsonAt(text: string, path: readonly string[]): unknown {
  const root = parseTree(text.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true });
  const node = root && findNodeAtLocation(root, [...path]);
  return node && (getNodeValue(node) as unknown);
}

/** The line of a property of a JSON text, from 1; `undefined` where it is not there. Pure. */
export function findJsonLine(text: string, path: readonly string[]): number | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const node = root && findNodeAtLocation(root, [...path]);
  return node && text.slice(0, node.parent?.offset ?? node.offset).split('\n').length;
}

function listProjectPlaces({ target, projectRoot }: ConfiguredTarget): readonly OptionsPlace[] {
  return [
    { file: posix.join(projectRoot, 'project.json'), path: ['targets', target, 'options'] },
    { file: posix.join(projectRoot, 'package.json'), path: ['nx', 'targets', target, 'options'] },
  ];
}
