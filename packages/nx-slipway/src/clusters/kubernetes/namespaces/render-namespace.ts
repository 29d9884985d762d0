import { createHash } from 'node:crypto';
import { SlipwayError } from '../../../errors/slipway-error';

/** What a namespace's template can name. */
export interface NamespaceValues {
  /** Of the operating system. */
  readonly user: string | undefined;
  /** Of git or of CI; a detached checkout has none. */
  readonly branch: string | undefined;
  /** Of the workspace: the same in every checkout of it. */
  readonly workspace: string;
}

/** The placeholders of a template. */
export const NAMESPACE_PLACEHOLDERS = ['user', 'branch', 'workspace'] as const;

/** Kubernetes: a namespace is a DNS label (RFC 1123). */
const MAX_LENGTH = 63;
const DIGEST_LENGTH = 6;

/** Kubernetes' own: never deployed to by a template, never made, never removed. */
const RESERVED = /^(kube-.*|default)$/;

/**
 * The namespace that a template gives, e.g. `pr-{branch}` on the branch `fix/Login` gives `pr-fix-login-3f2a81`. A value that is not a
 * DNS label as it is gets six characters of its digest, so that two branches never share a namespace by accident. Pure.
 * @throws {SlipwayError} CONFIG_NAMESPACE_INVALID
 */
export function renderNamespace(template: string, values: NamespaceValues): string {
  const invalid = (reason: string): SlipwayError =>
    new SlipwayError('CONFIG_NAMESPACE_INVALID', { template, reason, placeholders: PLACEHOLDER_LIST });
  const filled = template.replace(/\{(\w*)\}/g, (_, name: string) => {
    if (!isPlaceholder(name)) throw invalid(`there is no placeholder {${name}}`);
    const value = values[name];
    if (!value)
      throw invalid(
        `{${name}} cannot be told here${name === 'branch' ? ' (no branch is checked out, and CI names none)' : ''}`,
      );
    return toLabel(value, MAX_LENGTH);
  });
  const name = template === filled ? filled : toLabel(filled, MAX_LENGTH);
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) throw invalid(`"${name}" is not a name of a namespace`);
  if (template !== 'default' && RESERVED.test(name)) throw invalid(`"${name}" is one of Kubernetes' own`);
  return name;
}

const PLACEHOLDER_LIST = NAMESPACE_PLACEHOLDERS.map((name) => `{${name}}`).join(', ');

/** A value as a DNS label of at most so many characters; followed by its digest where something was lost. Pure. */
export function toLabel(value: string, maxLength: number): string {
  const slug = value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (slug === value && slug.length <= maxLength) return slug;
  const digest = createHash('sha256').update(value).digest('hex').slice(0, DIGEST_LENGTH);
  return [slug.slice(0, maxLength - DIGEST_LENGTH - 1).replace(/-+$/, ''), digest].filter(Boolean).join('-');
}

function isPlaceholder(name: string): name is (typeof NAMESPACE_PLACEHOLDERS)[number] {
  return (NAMESPACE_PLACEHOLDERS as readonly string[]).includes(name);
}
