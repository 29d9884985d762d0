import { SlipwayError } from '../errors/slipway-error';
import { heredocNameOf } from './logical-lines';
import { parseJsonArray } from './parse-instruction';
import type { DockerfileInstruction } from './parsed-dockerfile';
import { readMounts, type RunMount } from './read-mounts';
import { splitAtWhitespace, splitQuotedWords } from './split-words';

type FlagKind = 'boolean' | 'text' | 'texts';

/** Flags by instruction, as BuildKit v0.34.2 has them (frontend/dockerfile/instructions); podman's are a part of these. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  ADD: {
    chown: 'text',
    chmod: 'text',
    link: 'boolean',
    'keep-git-dir': 'boolean',
    checksum: 'text',
    unpack: 'boolean',
    exclude: 'texts',
  },
  ARG: {},
  CMD: {},
  COPY: { chown: 'text', chmod: 'text', from: 'text', link: 'boolean', exclude: 'texts', parents: 'boolean' },
  ENTRYPOINT: {},
  ENV: {},
  EXPOSE: {},
  FROM: { platform: 'text' },
  HEALTHCHECK: {
    interval: 'text',
    timeout: 'text',
    'start-period': 'text',
    'start-interval': 'text',
    retries: 'text',
  },
  LABEL: {},
  MAINTAINER: {},
  ONBUILD: {},
  RUN: { mount: 'texts', network: 'text', security: 'text', device: 'texts' },
  SHELL: {},
  STOPSIGNAL: {},
  USER: {},
  VOLUME: {},
  WORKDIR: {},
};

/** Instructions that may stand without an argument, which then means "none". */
const MAY_BE_EMPTY = ['CMD', 'ENTRYPOINT'];
/** Their flags are dropped without a look at them. */
const IGNORES_FLAGS = ['ARG', 'STOPSIGNAL'];

const MOUNT_TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
/** Keys of mounts that BuildKit v0.34.2 knows. */
export const BUILDKIT_MOUNT_KEYS: readonly string[] =
  'type from source src target dst destination readonly ro readwrite rw required size id sharing mode uid gid env'.split(
    ' ',
  );
/** Those that only buildah knows (v1.28 to v1.43, internal/volumes). */
export const PODMAN_MOUNT_KEYS: readonly string[] =
  'bind-nonrecursive bind-propagation consistency nosuid nodev noexec shared rshared private rprivate slave rslave z u tmpcopyup notmpcopyup tmpfs-mode tmpfs-size relabel'.split(
    ' ',
  );

/** A line can be as long as a binary file that was taken for a Dockerfile. */
const SHOWN_TEXT_LENGTH = 120;

/**
 * Makes sure that an instruction is one that the engines accept.
 * Rules: BuildKit v0.34.2, frontend/dockerfile/instructions. What BuildKit refuses and podman lets pass is refused: podman 4.3.1 takes
 * `FROM x AS 1x`, `WORKDIR --flag /a`, RUN before FROM and a NUL in a path (seen).
 * @throws {SlipwayError} DOCKERFILE_SYNTAX_INVALID
 */
export function assertInstruction(instruction: DockerfileInstruction, source: string): void {
  const reason = findFault(instruction);
  if (reason !== undefined) throw invalidInstruction(instruction, source, reason);
}

/** The error for an instruction, which shows its beginning. */
export function invalidInstruction(instruction: DockerfileInstruction, source: string, reason: string): SlipwayError {
  const text = `${instruction.keyword} ${instruction.text}`.trim().slice(0, SHOWN_TEXT_LENGTH);
  return new SlipwayError('DOCKERFILE_SYNTAX_INVALID', { source, line: instruction.line, text, reason });
}

function findFault(instruction: DockerfileInstruction): string | undefined {
  const { keyword, text, heredocs, trigger } = instruction;
  if (!Object.hasOwn(FLAGS, keyword)) return `${keyword.slice(0, SHOWN_TEXT_LENGTH)} is not an instruction`;
  if (text.includes('\0') || heredocs.some(({ content }) => content.includes('\0'))) return 'it has a NUL byte';
  if (text.trim() === '' && heredocs.length === 0 && !MAY_BE_EMPTY.includes(keyword)) {
    return `${keyword} needs at least one argument`;
  }
  if (trigger && ['FROM', 'MAINTAINER', 'ONBUILD'].includes(trigger.keyword)) {
    return `ONBUILD cannot register ${trigger.keyword}`;
  }
  return findFlagFault(instruction) ?? findArgumentFault(instruction) ?? (trigger && findFault(trigger));
}

function findFlagFault({ keyword, flags }: DockerfileInstruction): string | undefined {
  if (IGNORES_FLAGS.includes(keyword)) return undefined;
  const seen = new Set<string>();
  for (const { name, value } of flags) {
    const kind = Object.hasOwn(FLAGS[keyword] ?? {}, name) ? FLAGS[keyword]?.[name] : undefined;
    if (kind === undefined) return `${keyword} has no flag --${name.slice(0, SHOWN_TEXT_LENGTH)}`;
    if (kind !== 'texts' && seen.has(name)) return `the flag --${name} is given twice`;
    seen.add(name);
    if (kind === 'boolean') {
      if (value !== null && !/^(?:true|false)$/i.test(value)) return `the flag --${name} is either true or false`;
    } else if (value === null) {
      return `the flag --${name} needs a value`;
    }
  }
  return undefined;
}

function findArgumentFault(instruction: DockerfileInstruction): string | undefined {
  const { keyword, text, json } = instruction;
  if (json === undefined && takesJson(keyword) && parseJsonArray(text)) return 'the JSON form takes strings only';
  switch (keyword) {
    case 'ADD':
    case 'COPY':
      return findCopyFault(instruction);
    case 'RUN':
      return findRunFault(instruction);
    case 'ENV':
    case 'LABEL':
      return findAssignmentFault(keyword, text);
    case 'ARG':
      return splitQuotedWords(text, '\\').some((word) => word.startsWith('=')) ? 'an ARG needs a name' : undefined;
    case 'SHELL':
      return json && json.length > 0 ? undefined : 'SHELL takes the JSON form, with at least one word';
    case 'HEALTHCHECK':
      return findHealthcheckFault(text);
    default:
      return undefined;
  }
}

function takesJson(keyword: string): boolean {
  return ['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME'].includes(keyword);
}

function findCopyFault({ keyword, text, json }: DockerfileInstruction): string | undefined {
  const words = json ?? splitAtWhitespace(text);
  if (words.length < 2) return `${keyword} needs at least one source and a destination`;
  const isHeredoc = heredocNameOf(words.at(-1) ?? '') !== undefined;
  return isHeredoc ? `the destination of ${keyword} cannot be a heredoc` : undefined;
}

function findRunFault(instruction: DockerfileInstruction): string | undefined {
  const valueOf = (flag: string): string | undefined =>
    instruction.flags.find(({ name }) => name === flag)?.value ?? undefined;
  const [network, security] = [valueOf('network'), valueOf('security')];
  if (network !== undefined && !/^(?:default|none|host)$|\$/.test(network)) {
    return `the network of RUN is default, none or host, not ${network.slice(0, SHOWN_TEXT_LENGTH)}`;
  }
  if (security !== undefined && !/^(?:insecure|sandbox)$|\$/.test(security)) {
    return `the security mode of RUN is insecure or sandbox, not ${security.slice(0, SHOWN_TEXT_LENGTH)}`;
  }
  return readMounts(instruction)
    .map(findMountFault)
    .find((fault) => fault !== undefined);
}

function findMountFault({ type, from, source, target, fields }: RunMount): string | undefined {
  const isKnown = (key: string): boolean => BUILDKIT_MOUNT_KEYS.includes(key) || PODMAN_MOUNT_KEYS.includes(key);
  const unknown = fields.find(([key]) => !isKnown(key) && !key.includes('$'));
  if (unknown) return `a mount has no option ${unknown[0].slice(0, SHOWN_TEXT_LENGTH) || '""'}`;
  if (type.includes('$')) return undefined;
  if (!MOUNT_TYPES.includes(type)) return `there is no mount of type ${type.slice(0, SHOWN_TEXT_LENGTH)}`;
  if (type === 'secret' && from !== null) return 'a secret mount cannot have "from"';
  const hasId = fields.some(([key]) => key === 'id');
  if (type === 'secret' && source === null && target === null && !hasId)
    return 'a secret mount needs an id or a target';
  return undefined;
}

function findAssignmentFault(keyword: string, text: string): string | undefined {
  const words = splitQuotedWords(text, '\\');
  if (!words[0]?.includes('=')) {
    return words.length < 2 ? `${keyword} needs a name and a value` : undefined;
  }
  if (words.some((word) => !word.includes('=')))
    return `${keyword} takes name=value, several of them separated by blanks`;
  return words.some((word) => word.startsWith('=')) ? `${keyword} needs a name` : undefined;
}

function findHealthcheckFault(text: string): string | undefined {
  const [type = '', ...rest] = splitAtWhitespace(text);
  if (type.toUpperCase() === 'NONE') return rest.length > 0 ? 'HEALTHCHECK NONE takes no arguments' : undefined;
  if (type.toUpperCase() !== 'CMD') return 'HEALTHCHECK is followed by CMD or NONE';
  return rest.length === 0 ? 'HEALTHCHECK CMD needs a command' : undefined;
}
