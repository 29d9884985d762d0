/** One item of the option `helm` of `deploy-only`; paths are workspace-relative. */
export interface HelmOption {
  readonly release: string;
  /** A chart's folder or archive (`.tgz`), or an `oci://` reference. */
  readonly chart: string;
  readonly version?: string | undefined;
  readonly namespace?: string | undefined;
  readonly values: readonly string[];
  /** Where an image goes: `[<path of registry>/]<path of repository>[:<path of tag>]` to the image's name. */
  readonly images: Readonly<Record<string, string>>;
}

/** The paths of values into which the parts of an image's reference go. */
export interface ImageValuePaths {
  readonly registry?: string;
  /** Of the repository; of the whole reference where no path of a tag is given. */
  readonly repository: string;
  readonly tag?: string;
}

/** Whether a chart is a path, and not something that helm fetches. Pure. */
export function isLocalChart(chart: string): boolean {
  return !chart.startsWith('oci://');
}

/** Reads `image.registry/image.repository:image.tag`; `undefined` for what has not this form. Pure. */
export function parseImageValuePaths(text: string): ImageValuePaths | undefined {
  const match = /^(?:([^\s/:=,]+)\/)?([^\s/:=,]+)(?::([^\s/:=,]+))?$/.exec(text);
  const [, registry, repository, tag] = match ?? [];
  if (repository === undefined || (registry !== undefined && tag === undefined)) return undefined;
  return { ...(registry === undefined ? {} : { registry }), repository, ...(tag === undefined ? {} : { tag }) };
}

/**
 * The values that give an image to a chart. Pure.
 * @param reference `localhost/web:i-0123` or the same with another registry and repository
 */
export function renderImageValues(paths: ImageValuePaths, reference: string): Record<string, string> {
  if (paths.tag === undefined) return { [paths.repository]: reference };
  const colon = reference.lastIndexOf(':');
  const repository = reference.slice(0, colon);
  const tag = { [paths.tag]: reference.slice(colon + 1) };
  if (paths.registry === undefined) return { [paths.repository]: repository, ...tag };
  const slash = repository.indexOf('/');
  return { [paths.registry]: repository.slice(0, slash), [paths.repository]: repository.slice(slash + 1), ...tag };
}
