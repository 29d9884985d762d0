import * as z from 'zod';
import { repositoryOfReference } from '../../artifact/image-name';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import type { BaseResolver, ResolvedBase, UnresolvedBase } from '../base-resolver';
import { describePodmanFailure } from './podman-problems';

type PodmanTools = Pick<Tools, 'runner' | 'env' | 'signal'>;

const inspected = z.tuple([
  z.object({
    RepoDigests: z.array(z.string()).nullish(),
    History: z.array(z.object({ created_by: z.string().nullish() })).nullish(),
  }),
]);

/**
 * Looks base images up with podman, which has to pull them for it.
 *
 * `RepoDigests` alone does not answer: podman 4.3 lists there every digest that it knows of the same image, those of other
 * repositories and of images that were made here too. So each is compared with what the registry has under the tag.
 */
export function createPodmanBaseResolver(tools: PodmanTools): BaseResolver {
  return { tool: 'podman', resolve: (reference, platform) => resolve(reference, platform, tools) };
}

async function resolve(
  reference: string,
  platform: string,
  tools: PodmanTools,
): Promise<ResolvedBase | UnresolvedBase> {
  const pulled = await runPodman(['pull', '--quiet', '--platform', platform, reference], tools);
  if (pulled.status !== 'ok') return { reason: reasonOf(pulled) };
  const [image, manifest] = await Promise.all([
    runPodman(['image', 'inspect', pulled.stdout.trim()], tools),
    runPodman(['manifest', 'inspect', reference], tools),
  ]);
  if (image.status !== 'ok') throw describePodmanFailure(image);
  if (manifest.status !== 'ok') return { reason: reasonOf(manifest) };
  const { candidates, hasTriggers } = readImage(image, reference);
  if (hasTriggers)
    return { reason: 'its history has ONBUILD, and podman does not show which triggers it registers; install skopeo' };
  for (const candidate of candidates) {
    const same = await runPodman(['manifest', 'inspect', candidate], tools);
    const digest = candidate.slice(candidate.indexOf('@') + 1);
    if (same.status === 'ok' && same.stdout === manifest.stdout) return { digest, onbuild: [] };
  }
  return { reason: 'podman does not tell the digest under which the registry has it; install skopeo' };
}

function readImage(
  result: RunResult,
  reference: string,
): { readonly candidates: readonly string[]; readonly hasTriggers: boolean } {
  const [image] = parseInspected(result);
  const repository = repositoryOfReference(reference);
  const candidates = (image.RepoDigests ?? []).filter((digest) => {
    const candidate = repositoryOfReference(digest);
    return candidate === repository || candidate.endsWith(`/${repository}`);
  });
  const hasTriggers = image.History?.some(({ created_by: by }) => /\bONBUILD\b/.test(by ?? '')) ?? false;
  return { candidates, hasTriggers };
}

function parseInspected(result: RunResult): z.infer<typeof inspected> {
  try {
    return inspected.parse(JSON.parse(result.stdout));
  } catch (cause) {
    const facts = { engine: 'podman', command: ['podman', ...result.args].join(' '), reason: String(cause) };
    throw new SlipwayError('ENGINE_OUTPUT_UNREADABLE', facts, { toolOutput: result.output, cause });
  }
}

async function runPodman(args: readonly string[], { runner, env, signal }: PodmanTools): Promise<RunResult> {
  const result = await runner.run('podman', args, { env, signal });
  if (result.status === 'not-found') throw new SlipwayError('ENGINE_NOT_FOUND', { engine: 'podman' });
  signal.throwIfAborted();
  return result;
}

/** `Error: initializing source docker://…: reading manifest 1 in …: manifest unknown`, without what is said already. */
function reasonOf({ stderr }: RunResult): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/^Error: (?:initializing source \S+: )?/, '');
}
