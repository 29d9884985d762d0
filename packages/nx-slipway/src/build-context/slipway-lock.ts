import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { BaseRecord } from '../artifact/image-record';
import { describeProblem, SlipwayError, type Problem } from '../errors/slipway-error';
import { errnoOf, messageOf } from './file-system-error';
import { locateJson } from './locate-json';

/** Name of the file at the workspace's root that pins base images. An input of every image-build. */
export const LOCK_FILE = 'slipway.lock.json';

const pinSchema = z
  .strictObject({
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, 'is not "sha256:" and 64 hex characters')
      .optional(),
    recipe: z.string().min(1).optional(),
    onbuild: z.array(z.string().min(1)).optional(),
  })
  .refine(
    ({ digest, recipe }) => (digest === undefined) !== (recipe === undefined),
    'needs either "digest" or "recipe"',
  );

const proofSchema = z.strictObject({
  rule: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is not "sha256:" and 64 hex characters'),
});

const lockSchema = z.strictObject({
  schemaVersion: z.literal(1),
  bases: z.record(z.string().min(1), pinSchema).default({}),
  proofs: z.record(z.string().min(1), proofSchema).default({}),
});

/**
 * `slipway.lock.json`. `bases`: what identifies each base image, by its reference: its digest; or, for a base that set-up makes on the
 * spot, the workspace-relative path of its recipe, whose own digest then stands for it; and the triggers that it registers by
 * ONBUILD, as its config has them. `proofs`: by image name, the digest of the Dockerfile and narrowing rules that `prove` has proven.
 */
export type SlipwayLock = z.infer<typeof lockSchema>;

/** Bases as the content key takes them, and a warning for each that nothing pins. */
export interface ResolvedBases {
  readonly bases: readonly BaseRecord[];
  readonly warnings: readonly Problem[];
}

/**
 * Reads `slipway.lock.json`; a workspace without one has no pins.
 * @throws {SlipwayError} CONFIG_LOCK_INVALID
 */
export function readSlipwayLock(workspaceRoot: string): SlipwayLock {
  const text = readIfThere(join(workspaceRoot, LOCK_FILE));
  return text === undefined ? { schemaVersion: 1, bases: {}, proofs: {} } : parseSlipwayLock(text);
}

/**
 * Parses and checks the text of a `slipway.lock.json`.
 * @throws {SlipwayError} CONFIG_LOCK_INVALID, with the line
 */
export function parseSlipwayLock(text: string): SlipwayLock {
  const locations = locateJson(text);
  if (locations.status === 'invalid') throw invalidLock(`line ${locations.line}: ${locations.reason}`);
  const parsed = lockSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw invalidLock(parsed.error.issues.map((issue) => describeIssue(issue, locations.lineOf)).join('; '));
}

/** The text of a `slipway.lock.json`: references and images sorted by code units, so that equal locks are equal texts. Pure. */
export function renderSlipwayLock({ schemaVersion, bases, proofs }: SlipwayLock): string {
  const sortedBases = sortByName(bases).map(([reference, { digest, recipe, onbuild }]) => {
    return [reference, { digest, recipe, onbuild }] as const;
  });
  const lock = {
    schemaVersion,
    bases: Object.fromEntries(sortedBases),
    ...(Object.keys(proofs).length === 0 ? {} : { proofs: Object.fromEntries(sortByName(proofs)) }),
  };
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Workspace-relative paths of the recipes that a lock names: they decide images, so they are inputs of every image-build. */
export function listRecipes(lock: SlipwayLock): string[] {
  return Object.values(lock.bases).flatMap(({ recipe }) => recipe ?? []);
}

/**
 * The digest that identifies each base of a lock, by its reference: its own, or that of its recipe's file.
 * @throws {SlipwayError} CONFIG_LOCK_INVALID where a recipe cannot be read
 */
export function digestBases(lock: SlipwayLock, workspaceRoot: string): Record<string, string> {
  const pins = Object.entries(lock.bases).map(([reference, { digest, recipe }]) => {
    return [reference, digest ?? digestRecipe(join(workspaceRoot, recipe ?? ''))] as const;
  });
  return Object.fromEntries(pins);
}

/**
 * Finds the digest of each base: the image ID where another project builds it, else what the lock file or the reference itself
 * (`name@sha256:…`) says. Where nothing does, the key has the reference alone, with the warning CONTEXT_BASE_UNPINNED.
 * @param pins what `digestBases` gives
 */
export function resolveBases(
  references: readonly string[],
  pins: Readonly<Record<string, string>>,
  projectImages: Readonly<Record<string, string>> = {},
): ResolvedBases {
  const bases = references.map((reference) => ({
    reference,
    digest:
      ownValue(projectImages, reference) ??
      ownValue(pins, reference) ??
      /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ??
      null,
  }));
  const warnings = bases
    .filter(({ digest }) => digest === null)
    .map(({ reference }) => describeProblem('CONTEXT_BASE_UNPINNED', { reference }));
  return { bases, warnings };
}

/**
 * The ONBUILD triggers that a lock's `bases`, as they were read, say a base image registers: a digest without triggers registers none. `undefined`
 * where it is not known: the base has no entry, or has only a recipe. Pure, and for graph time: what is not valid says nothing.
 */
export function triggersOfBase(bases: unknown, reference: string): readonly string[] | undefined {
  const pins = (bases ?? {}) as Readonly<
    Record<string, { readonly digest?: unknown; readonly onbuild?: unknown } | null>
  >;
  const pin = typeof pins === 'object' && Object.hasOwn(pins, reference) ? pins[reference] : undefined;
  if (Array.isArray(pin?.onbuild)) return pin.onbuild.filter((trigger) => typeof trigger === 'string');
  return typeof pin?.digest === 'string' ? [] : undefined;
}

function digestRecipe(path: string): string {
  const text = readIfThere(path);
  if (text !== undefined) return `sha256:${hash('sha256', text, 'hex')}`;
  throw new SlipwayError('CONFIG_LOCK_INVALID', { file: LOCK_FILE, reason: `the recipe ${path} does not exist` });
}

function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function sortByName<Value>(record: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** `line 5, bases.debian:12: unknown field "digset"`. */
function describeIssue(issue: z.core.$ZodIssue, lineOf: (path: readonly PropertyKey[]) => number): string {
  const isUnknownField = issue.code === 'unrecognized_keys';
  const path = isUnknownField ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  const what = isUnknownField ? `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}` : issue.message;
  return `line ${lineOf(path)}, ${issue.path.map(String).join('.') || 'the whole file'}: ${what}`;
}

function invalidLock(reason: string): SlipwayError {
  return new SlipwayError('CONFIG_LOCK_INVALID', { file: LOCK_FILE, reason });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SlipwayError('CONFIG_LOCK_INVALID', { file: LOCK_FILE, reason: messageOf(error) }, { cause: error });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new SlipwayError('CONFIG_LOCK_INVALID', { file: LOCK_FILE, reason: messageOf(error) }, { cause: error });
  }
}
