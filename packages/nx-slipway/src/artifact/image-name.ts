/** One path component of a repository name (github.com/distribution/reference v0.6.0, `path-component`). */
const COMPONENT = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

/** The limit of a whole reference's name (distribution/reference v0.6.0), less `localhost/`. */
const MAX_NAME_LENGTH = 255 - 'localhost/'.length;

/** Prefixes that say where an unqualified name is looked up, and nothing about what it names. */
const IMPLIED_PREFIXES = [
  'localhost/',
  'docker.io/library/',
  'index.docker.io/library/',
  'docker.io/',
  'index.docker.io/',
];

/**
 * The name by which an image of this workspace is recognised in a Dockerfile or a manifest: the repository without
 * `localhost/`, `docker.io/` and `docker.io/library/`, tag and digest. `localhost/web:dev` and `web` give `web`; a
 * repository of another registry keeps its host. Pure.
 */
export function imageNameOfReference(reference: string): string {
  const repository = repositoryOfReference(reference.trim());
  const prefix = IMPLIED_PREFIXES.find((candidate) => repository.startsWith(candidate));
  return prefix === undefined ? repository : repository.slice(prefix.length);
}

/** A reference without tag and digest, its registry kept: `localhost:5000/web:dev` gives `localhost:5000/web`. Pure. */
export function repositoryOfReference(reference: string): string {
  return withoutTag(withoutDigest(reference));
}

/**
 * The image of this workspace that a reference would mean, if a project builds one of that name. `undefined` for a reference
 * with a digest: it says which bytes it means, and those are not what is built here. Pure.
 */
export function workspaceImageNameOf(reference: string): string | undefined {
  return reference.includes('@') ? undefined : imageNameOfReference(reference);
}

/** Whether an image can have this name: lower case, the registry's grammar, and itself the name that a reference to it gives. Pure. */
export function isValidImageName(name: string): boolean {
  return (
    name.length <= MAX_NAME_LENGTH &&
    name.split('/').every((component) => COMPONENT.test(component)) &&
    imageNameOfReference(name) === name
  );
}

/** The image name of a project that gives none: lower case, `@acme/Web App` becomes `acme/web-app`; `image` where nothing is left. Pure. */
export function imageNameOfProject(project: string): string {
  const components = project
    .toLowerCase()
    .split('/')
    .map((component) => component.replace(/[^a-z0-9._-]+/g, '-').replace(/[._-]{2,}/g, '-'))
    .map((component) => component.replace(/^[._-]+|[._-]+$/g, ''))
    .filter((component) => component !== '');
  return components.join('/') || 'image';
}

function withoutDigest(reference: string): string {
  return reference.replace(/@[^@]*$/, '');
}

/** A colon before the last slash belongs to a registry's port. */
function withoutTag(reference: string): string {
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/') ? reference.slice(0, colon) : reference;
}
