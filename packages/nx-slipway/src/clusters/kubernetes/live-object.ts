import { apiGroupOf } from '../api-group';

/** An object as the API server gives it: what was asked for and, in `status`, what its controller says. */
export interface LiveObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly [field: string]: unknown;
}

/** Who made an object. */
export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** One of the conditions in an object's status. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  /** The generation that it speaks of, where its controller tells. */
  readonly observedGeneration?: number;
}

/** The value at a path of fields; `undefined` where one of them is not there. Pure. */
export function valueAt(object: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, field) =>
      typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[field] : undefined,
    object,
  );
}

/** A number at a path; `undefined` where there is none. Pure. */
export function numberAt(object: unknown, ...path: readonly string[]): number | undefined {
  const value = valueAt(object, ...path);
  return typeof value === 'number' ? value : undefined;
}

/** A text at a path; `undefined` where there is none. Pure. */
export function textAt(object: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** A list of objects at a path; empty where there is none. Pure. */
export function listAt(object: unknown, ...path: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : [];
}

/** The objects of a list as the API server gives it; they come without their kind. Pure. */
export function liveObjectsOf(list: unknown): readonly LiveObject[] {
  return listAt(list, 'items');
}

/** The conditions of an object. Pure. */
export function conditionsOf(object: LiveObject): readonly Condition[] {
  return listAt(object, 'status', 'conditions') as unknown as readonly Condition[];
}

/** One condition of an object; `undefined` where its controller has not set it. Pure. */
export function findCondition(object: LiveObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** What an object's manifest and its controller call it: `apps/Deployment`, `Service`. Pure. */
export function groupKindOf({ apiVersion = '', kind = '' }: Pick<LiveObject, 'apiVersion' | 'kind'>): string {
  const group = apiGroupOf(apiVersion);
  return group === '' ? kind : `${group}/${kind}`;
}
