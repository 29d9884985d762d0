import { assertEngineSyntax } from '../../dockerfile/assert-engine-syntax';
import { listCopySources } from '../../dockerfile/list-copy-sources';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import type { ParsedDockerfile } from '../../dockerfile/parsed-dockerfile';
import { listOrigins, selectStages } from '../../dockerfile/select-stages';
import type { BuildRequest } from '../image-builder';
import { isVersionAtLeast } from '../version-order';

/** An image's name as the Dockerfile writes it, and what is to stand there. */
interface Replacement {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly written: string;
  /** Finds it; every occurrence where it is global. */
  readonly pattern: RegExp;
  readonly tag: string;
}

/**
 * The Dockerfile that docker gets: names of this workspace's images are replaced by image tags, line numbers stay. BuildKit's own way,
 * `--build-context`, is not in the frontend of docker 20.10.
 * Where caches are to be fresh, cache mounts get names that no other build has: BuildKit keeps them by name.
 * @param buildName a text that no other build has; letters and digits
 * @throws {SlipwayError} ENGINE_SYNTAX_UNSUPPORTED, DOCKERFILE codes
 */
export function prepareDockerDockerfile(request: BuildRequest, serverVersion: string, buildName: string): string {
  const dockerfile = parseDockerfile(request.dockerfileText, request.dockerfile);
  assertSyntax(dockerfile, request, serverVersion);
  const lines = request.dockerfileText.split('\n');
  for (const replacement of listReplacements(dockerfile, request)) replaceIn(lines, replacement);
  if (request.freshCaches === true) nameCaches(lines, dockerfile, buildName);
  return lines.join('\n');
}

/** A `# syntax=` line brings a frontend of its own, whatever docker's is. docker's other versions speak for themselves. */
function assertSyntax(dockerfile: ParsedDockerfile, request: BuildRequest, version: string): void {
  const usesOwnFrontend = dockerfile.directives['syntax'] === undefined && /^\d/.test(version);
  const { syntaxOnly } = listCopySources(dockerfile, request);
  assertEngineSyntax(syntaxOnly, dockerfile.source, {
    name: 'docker',
    version,
    has: ({ engine, dockerSince }) =>
      engine === 'buildkit' && (!usesOwnFrontend || dockerSince === null || isVersionAtLeast(version, dockerSince)),
  });
}

/** A cache mount without a name has that of its target. */
function nameCaches(lines: string[], { stages }: ParsedDockerfile, buildName: string): void {
  for (const run of stages.flatMap(({ instructions }) => instructions).filter(({ keyword }) => keyword === 'RUN')) {
    for (let index = run.line - 1; index < run.endLine; index++) {
      lines[index] = (lines[index] ?? '').replace(/--mount=(\S+)/g, (flag, fields: string) => {
        if (!/(?:^|,)type=(?:cache|\S*\$)/i.test(fields)) return flag;
        const name = /(?:^|,)(?:id|target|dst|destination)=([^,]*)/i.exec(
          /(?:^|,)id=[^,]*/i.exec(fields)?.[0] ?? fields,
        )?.[1];
        const others = fields.split(',').filter((field) => !/^id=/i.test(field));
        return `--mount=${[...others, `id=${name ?? ''}-${buildName}`].join(',')}`;
      });
    }
  }
}

function listReplacements(dockerfile: ParsedDockerfile, request: BuildRequest): Replacement[] {
  const replacements = new Map<string, Replacement>();
  const add = (replacement: Replacement): void => {
    replacements.set(`${replacement.firstLine} ${replacement.written}`, replacement);
  };
  for (const { stage, base, run } of selectStages(dockerfile, request)) {
    const baseTag = base.kind === 'image' ? request.projectImages[base.reference.text] : undefined;
    const lastLine = (stage.instructions[0]?.line ?? Number.POSITIVE_INFINITY) - 1;
    if (baseTag !== undefined) {
      add({ firstLine: stage.line, lastLine, written: stage.base, pattern: baseWord(stage.base), tag: baseTag });
    }
    for (const step of run) {
      for (const origin of listOrigins(step, stage, dockerfile, request)) {
        const tag = origin.kind === 'image' ? request.projectImages[origin.reference.text] : undefined;
        if (tag === undefined || origin.kind !== 'image') continue;
        const { line, endLine } = step.instruction;
        const { text } = origin.reference;
        const pattern = fromField(text);
        add({ firstLine: line, lastLine: endLine, written: `from=${text}`, pattern, tag: `from=${tag}` });
      }
    }
  }
  return [...replacements.values()];
}

function replaceIn(lines: string[], { firstLine, lastLine, pattern, written, tag }: Replacement): void {
  let count = 0;
  for (let index = firstLine - 1; index < Math.min(lastLine, lines.length); index++) {
    if (count > 0 && !pattern.global) break;
    lines[index] = (lines[index] ?? '').replace(pattern, () => (count++, tag));
  }
  if (count === 0) throw new Error(`"${written}" was not found from line ${firstLine} of the Dockerfile on`);
}

/** The first word after FROM and its flags; a stage's own name may be the same. */
function baseWord(written: string): RegExp {
  return new RegExp(`(?<=^|\\s)${escapePattern(written)}(?=\\s|$)`);
}

/** Each `--from=NAME` of COPY and `from=NAME` of a mount: one RUN may mount the same image twice. */
function fromField(name: string): RegExp {
  return new RegExp(`(?<=--|[,=])from=${escapePattern(name)}(?=[\\s,]|$)`, 'g');
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
