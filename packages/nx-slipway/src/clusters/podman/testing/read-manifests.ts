import { readObjects, type ClusterObjects } from '../read-objects';
import { parseObjects } from './parse-objects';

/** The objects of a YAML text, read as a deploy reads them. */
export function readManifests(yaml: string): ClusterObjects {
  return readObjects(parseObjects(yaml));
}
