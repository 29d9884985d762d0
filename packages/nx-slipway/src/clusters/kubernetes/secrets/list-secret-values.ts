import type { KubernetesObject } from '../../cluster';

/** Every value of the Secrets among the objects, plain and as the manifest has it, for redaction. Pure. */
export function listSecretValues(objects: readonly KubernetesObject[]): string[] {
  return objects.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Secret').flatMap(secretValuesOf);
}

/** The values of one Secret, as its manifest or the server gives it. Pure. */
export function secretValuesOf(secret: Readonly<Record<string, unknown>>): string[] {
  const encoded = textsOf(secret['data']);
  const decoded = encoded.map((value) => Buffer.from(value, 'base64').toString('utf8'));
  return [...encoded, ...decoded, ...textsOf(secret['stringData'])];
}

function textsOf(values: unknown): string[] {
  if (typeof values !== 'object' || values === null) return [];
  return Object.values(values).filter((value) => typeof value === 'string');
}
