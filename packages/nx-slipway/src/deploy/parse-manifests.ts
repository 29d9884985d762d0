import { parseAllDocuments, type ScalarTag, type Tags } from 'yaml';
import type { KubernetesObject, SourcedObject } from '../clusters/cluster';
import { SlipwayError } from '../errors/slipway-error';

/**
 * kubectl reads YAML 1.1 (sigs.k8s.io/yaml 1.6): `0440` is an octal number there, and a decimal one in YAML 1.2. Of 1.1 it leaves out what would
 * make something else of texts, `2026-01-31` a time and `12:30` the number 750, and takes the octal numbers of 1.2, too (seen with kubectl 1.34).
 */
const KUBECTL_YAML = {
  version: '1.1',
  customTags: (tags: Tags): Tags => [OCTAL_OF_YAML_1_2, ...tags.filter((tag) => !isTime(tag))],
} as const;

const OCTAL_OF_YAML_1_2: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text) => (text.startsWith('-') ? -1 : 1) * Number.parseInt(text.replace(/^[-+]?0o/, ''), 8),
};

function isTime(tag: Tags[number]): boolean {
  return typeof tag === 'object' && (tag.tag === 'tag:yaml.org,2002:timestamp' || tag.format === 'TIME');
}

/**
 * Parses one manifest file: several documents, and `List` objects, which are replaced by their items. Empty documents are
 * skipped, as kubectl does. Pure.
 * @param source workspace-relative path, for messages
 * @throws {SlipwayError} DEPLOY_MANIFEST_INVALID, DEPLOY_MANIFEST_NOT_AN_OBJECT
 */
export function parseManifest(text: string, source: string): SourcedObject[] {
  const objects: SourcedObject[] = [];
  for (const [index, document] of parseAllDocuments(text, KUBECTL_YAML).entries()) {
    const documentSource = `${source}#${index + 1}`;
    const [firstError] = document.errors;
    if (firstError) {
      throw new SlipwayError('DEPLOY_MANIFEST_INVALID', { source: documentSource, reason: firstError.message });
    }
    const value: unknown = readValue(() => document.toJS() as unknown, documentSource);
    if (value !== null && value !== undefined) {
      objects.push(...flattenList(value, documentSource));
    }
  }
  return objects;
}

/** A document that parses may still fail to convert: an alias without an anchor, or too many aliases. */
function readValue(read: () => unknown, source: string): unknown {
  try {
    return read();
  } catch (error) {
    throw new SlipwayError('DEPLOY_MANIFEST_INVALID', { source, reason: (error as Error).message }, { cause: error });
  }
}

function flattenList(value: unknown, source: string): SourcedObject[] {
  if (isList(value)) {
    return value.items.flatMap((item) => flattenList(item, source));
  }
  return [{ object: assertKubernetesObject(value, source), source }];
}

function isList(value: unknown): value is { items: unknown[] } {
  return (
    isRecord(value) &&
    typeof value['kind'] === 'string' &&
    value['kind'].endsWith('List') &&
    Array.isArray(value['items'])
  );
}

function assertKubernetesObject(value: unknown, source: string): KubernetesObject {
  const reason = whyNotAnObject(value);
  if (reason) throw new SlipwayError('DEPLOY_MANIFEST_NOT_AN_OBJECT', { source, reason });
  return value as KubernetesObject;
}

function whyNotAnObject(value: unknown): string | undefined {
  if (!isRecord(value))
    return `it is ${Array.isArray(value) ? 'a list' : `the ${typeof value} ${JSON.stringify(value)}`}`;
  if (!isFilled(value['kind'])) return 'it has no "kind"';
  if (!isFilled(value['apiVersion'])) return 'it has no "apiVersion"';
  const { metadata } = value;
  if (!isRecord(metadata) || !isFilled(metadata['name'])) return `the ${value['kind']} has no "metadata.name"`;
  if (metadata['namespace'] !== undefined && !isFilled(metadata['namespace']))
    return 'its "metadata.namespace" is not a name';
  return undefined;
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
