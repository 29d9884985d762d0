import { hash } from 'node:crypto';
import { repositoryOfReference } from '../../artifact/image-name';
import { SlipwayError } from '../../errors/slipway-error';
import type { RunResult } from '../../exec/process-runner';
import type { Tools } from '../../exec/tools';
import type { BaseResolver, ResolvedBase, UnresolvedBase } from '../base-resolver';
import { parseOnbuild } from '../parse-image-config';
import { buildRawConfigArgs, buildRawManifestArgs, REGISTRIES_VARIABLE } from './build-skopeo-args';
import { reasonOfSkopeoFailure } from './skopeo-problems';

/** A registry that does not answer must not hold `lock` up for ever. */
const TIME_LIMIT_MS = 120_000;

type SkopeoTools = Pick<Tools, 'runner' | 'env' | 'signal'>;

/** Looks base images up with skopeo, which needs no storage and no daemon. */
export function createSkopeoBaseResolver(tools: SkopeoTools): BaseResolver {
  return { tool: 'skopeo', resolve: (reference, platform) => resolve(reference, platform, tools) };
}

async function resolve(
  reference: string,
  platform: string,
  tools: SkopeoTools,
): Promise<ResolvedBase | UnresolvedBase> {
  const registries = tools.env[REGISTRIES_VARIABLE];
  const manifest = await runSkopeo(buildRawManifestArgs(reference, registries), tools);
  if (manifest.status !== 'ok') return { reason: reasonOfSkopeoFailure(manifest.stderr) };
  const digest = `sha256:${hash('sha256', manifest.stdout, 'hex')}`;
  // By digest: between two calls the tag may move.
  const config = await runSkopeo(
    buildRawConfigArgs(`${repositoryOfReference(reference)}@${digest}`, platform, registries),
    tools,
  );
  if (config.status !== 'ok') return { reason: reasonOfSkopeoFailure(config.stderr) };
  return { digest, onbuild: readOnbuild(config) };
}

async function runSkopeo(args: readonly string[], { runner, env, signal }: SkopeoTools): Promise<RunResult> {
  const result = await runner.run('skopeo', args, { env, signal, timeoutMs: TIME_LIMIT_MS });
  if (result.status === 'not-found') throw new SlipwayError('ENGINE_NOT_FOUND', { engine: 'skopeo' });
  signal.throwIfAborted();
  return result;
}

function readOnbuild(config: RunResult): readonly string[] {
  try {
    return parseOnbuild(config.stdout);
  } catch (cause) {
    const command = ['skopeo', ...config.args].join(' ');
    const facts = { engine: 'skopeo', command, reason: String(cause) };
    throw new SlipwayError('ENGINE_OUTPUT_UNREADABLE', facts, { toolOutput: config.output, cause });
  }
}
