import { parseAllDocuments } from 'yaml';
import type { KubernetesObject, SourcedObject } from '../../cluster';

/** Reads objects from YAML text. */
export function parseObjects(yaml: string): SourcedObject[] {
  // Octal file modes, as kubectl reads them.
  return parseAllDocuments(yaml, { version: '1.1' }).map((document, index) => ({
    object: document.toJS() as KubernetesObject,
    source: `test.yaml#${index + 1}`,
  }));
}
