import type { TargetConfiguration } from '@nx/devkit';
import { posix } from 'node:path';
import { appliedRecordPath, buildRecordPath, e2eFolderOf, imageRecordPath } from '../artifact/record-files';
import type { Problem } from '../errors/slipway-error';
import { isManifestName } from './expand-manifests';
import { CLUSTER_OVERRIDE, ENGINE_OVERRIDE } from './find-overridden-inputs';
import { WARNINGS_KEY } from './inferred-warnings';
import { limitInputs, MAX_INPUTS } from './limit-inputs';
import type { LinkedTarget } from './link-targets';
import type { DeployPlan, E2ePlan, ImageBuildPlan, TargetPlan } from './target-plan';
import { RELEASE_CONFIGURATION, RELEASE_VARIABLE } from './release';
import { targetId } from './target-plan';
import { filesetOf } from './workspace-path';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** Kinds whose results Nx keeps; the others change a cluster, look first, and are quick when there is nothing to do. */
const CACHED_KINDS: ReadonlySet<TargetPlan['kind']> = new Set(['image-build', 'e2e']);

/** Nx starts no process for it. It takes any options: those of `image-build` are the defaults of a project's images. */
const NOTHING_TO_RUN = 'nx:noop';

/** Kinds that no cluster decides: an image that was built for one cluster is the image for every other one. */
const KINDS_WITHOUT_CLUSTER: ReadonlySet<TargetPlan['kind']> = new Set(['image-build', 'image-group']);

/**
 * What every target has: no npm package is an input unless named (Nx takes all of them otherwise), and the variables that
 * override engine and cluster are, where they decide something.
 */
function commonInputsOf({ kind }: TargetPlan): Inputs {
  const variables = KINDS_WITHOUT_CLUSTER.has(kind) ? [ENGINE_OVERRIDE] : [ENGINE_OVERRIDE, CLUSTER_OVERRIDE];
  return [{ externalDependencies: [] }, ...variables.map((variable) => ({ env: variable }))];
}

/** Records of the images that a target depends on, at any distance; without `transitive` a rebuilt image would give a false hit. */
const IMAGE_RECORDS: Inputs = [{ dependentTasksOutputFiles: '**/image.json', transitive: true }];

/** Every output of the tasks that an image waits for: it may copy any of them. */
const COPIED_OUTPUTS: Inputs = [{ dependentTasksOutputFiles: '**/*', transitive: false }];

/** Records of the deploys that a target depends on, at any distance. */
const APPLIED_RECORDS: Inputs = [{ dependentTasksOutputFiles: '**/applied.json', transitive: true }];

const LOCK_FILE = '{workspaceRoot}/slipway.lock.json';

/**
 * A planned target by its name. Where the project states the executor, Nx would drop a target that reports a problem in its
 * place; then the report is a target of its own, `<target>-problem`, and the stated one depends on it. Pure.
 */
export function renderTargets(linked: LinkedTarget, buildId: string | undefined): Record<string, TargetConfiguration> {
  const { plan } = linked;
  const target = renderTarget(linked, buildId);
  if (plan.kind !== 'problem' || !plan.executorIsStated) return { [plan.targetName]: target };
  const reportName = `${plan.targetName}-problem`;
  const stated = {
    ...target,
    executor: `nx-slipway:${plan.intendedKind}`,
    options: {},
    dependsOn: [{ projects: [plan.project.name], target: reportName }],
  };
  return { [plan.targetName]: stated, [reportName]: target };
}

/**
 * The target as Nx takes it. Every target has inputs and outputs, cached or not: one without inputs would be affected by each
 * file of its project. Pure.
 * @param buildId what identifies the plugin's build that makes the graph, by which a stale daemon is noticed
 */
export function renderTarget({ plan, dependsOn }: LinkedTarget, buildId: string | undefined): TargetConfiguration {
  return {
    executor: executorOf(plan),
    options: plan.kind === 'problem' ? { problems: [problemWithoutTokens(plan.problem)] } : plan.inferredOptions,
    ...configurationsOf(plan),
    cache: isCached(plan),
    ...(dependsOn.length === 0
      ? {}
      : { dependsOn: dependsOn.map(({ projects, target }) => ({ projects: [...projects], target })) }),
    inputs: withinLimit(commonInputsOf(plan), inputsOf(plan, dependsOn.length > 0)),
    outputs: outputsOf(plan),
    metadata: {
      description: withoutTokens(describeTarget(plan)),
      technologies: ['container'],
      help: { command: `npx nx run ${targetId(plan)} --help`, example: exampleOf(plan) },
      ...(buildId === undefined ? {} : { slipwayBuild: buildId }),
      ...(plan.warnings.length === 0 ? {} : { [WARNINGS_KEY]: plan.warnings.map(problemWithoutTokens) }),
    },
  };
}

/** A group passes the configuration on to its images. */
function configurationsOf(plan: TargetPlan): Pick<TargetConfiguration, 'configurations'> {
  if ((plan.kind !== 'image-build' && plan.kind !== 'image-group') || !plan.hasStamps) return {};
  return { configurations: { [RELEASE_CONFIGURATION]: plan.kind === 'image-build' ? { stampsInKey: true } : {} } };
}

function executorOf(plan: TargetPlan): string {
  switch (plan.kind) {
    case 'problem':
      return 'nx-slipway:report-problem';
    case 'image-group':
      return NOTHING_TO_RUN;
    default:
      return `nx-slipway:${plan.kind}`;
  }
}

/** Filesets are widened where a target would have too many inputs. */
function withinLimit(common: Inputs, inputs: Inputs): Inputs {
  const isFileset = (input: Inputs[number]): input is string => typeof input === 'string';
  const others = inputs.filter((input) => !isFileset(input));
  const room = MAX_INPUTS - common.length - others.length;
  return [...common, ...limitInputs(inputs.filter(isFileset), room), ...others];
}

/** What depends on an image that is built every time still has hits: its input is `image.json`, not whether the build ran. */
function isCached(plan: TargetPlan): boolean {
  return CACHED_KINDS.has(plan.kind) && (plan.kind !== 'image-build' || plan.reusable);
}

function inputsOf(plan: TargetPlan, hasPredecessors: boolean): Inputs {
  switch (plan.kind) {
    case 'image-build':
      return [
        ...plan.inputGlobs,
        LOCK_FILE,
        ...(hasPredecessors ? IMAGE_RECORDS : []),
        ...(plan.copiedOutputs.length === 0 ? [] : COPIED_OUTPUTS),
        ...(plan.externalPackages.length === 0 ? [] : [{ externalDependencies: [...plan.externalPackages] }]),
        ...plan.runtimeInputs.map((runtime) => ({ runtime })),
        ...(plan.hasStamps ? [{ env: RELEASE_VARIABLE }] : []),
      ];
    case 'image-group':
      return IMAGE_RECORDS;
    case 'image-load':
    case 'deploy-only':
      return [...plan.possibleManifests.flatMap(manifestFilesets), ...plan.inputGlobs, ...IMAGE_RECORDS];
    case 'e2e':
      return [...testInputs(plan), ...IMAGE_RECORDS, ...APPLIED_RECORDS];
    default:
      return [];
  }
}

function manifestFilesets(path: string): string[] {
  if (isManifestName(path)) return [filesetOf(path)];
  return [filesetOf(path), ...['yaml', 'yml'].map((extension) => `${filesetOf(path)}/*.${extension}`)];
}

function testInputs({ testFiles, testPackages }: E2ePlan): Inputs {
  const packages = testPackages.length === 0 ? [] : [{ externalDependencies: [...testPackages] }];
  return [...testFiles.map(testFileset), ...packages];
}

/** Tokens are resolved already, so what is left is a pattern from the workspace's root. */
function testFileset(pattern: string): string {
  const [, negation = '', path = ''] = /^(!?)(.*)$/s.exec(pattern) ?? [];
  return `${negation}{workspaceRoot}/${posix.normalize(path)}`;
}

function outputsOf(plan: TargetPlan): string[] {
  switch (plan.kind) {
    case 'image-build':
      // Files, not their folder: the image `shop/api` has its own folder within that of `shop`.
      return [imageRecordPath(plan.image), buildRecordPath(plan.image)].map(outputOf);
    case 'deploy-only':
      return [outputOf(appliedRecordPath(plan.project.name))];
    case 'e2e':
      return [outputOf(e2eFolderOf(plan.project.name))];
    default:
      return [];
  }
}

function outputOf(workspaceRelativePath: string): string {
  return `{workspaceRoot}/${workspaceRelativePath}`;
}

function describeTarget(plan: TargetPlan): string {
  switch (plan.kind) {
    case 'image-build':
      return describeImageBuild(plan);
    case 'image-group':
      return `Builds all images of ${plan.project.name}: ${plan.targets.join(', ')}.`;
    case 'image-load':
      return `Puts the images of ${plan.project.name} on the cluster's nodes before they are deployed.`;
    case 'deploy-only':
      return describeDeploy(plan);
    case 'e2e':
      return `Tests ${plan.project.name} end to end against what is deployed.`;
    case 'cluster-up':
      return 'Starts the cluster; only looks when it runs already.';
    case 'cluster-down':
      return 'Removes the cluster with all that was deployed to it; images stay.';
    case 'problem':
      return `Reports ${plan.problem.code}: ${plan.problem.message}`;
  }
}

function describeImageBuild({ image, dockerfile, buildContext }: ImageBuildPlan): string {
  const place = buildContext === '.' ? "the workspace's root" : buildContext;
  return `Builds the image ${image} from ${dockerfile} with the files of ${place}, once for the same inputs.`;
}

function describeDeploy({ project, needs }: DeployPlan): string {
  const after = needs.length === 0 ? '' : ` after ${needs.join(', ')}`;
  return `Deploys ${project.name}${after} with the images that were built, and waits until all is ready.`;
}

function exampleOf(plan: TargetPlan): { options: Record<string, unknown> } {
  const examples: Record<TargetPlan['kind'], Record<string, unknown>> = {
    'image-build': { targetStage: 'runtime', buildArgs: { PYTHON_VERSION: '3.11' } },
    'image-group': { buildArgs: { PYTHON_VERSION: '3.11' } },
    'image-load': { externalImages: ['docker.io/library/busybox:*'] },
    'deploy-only': { needs: ['postgres', 'redis'], timeoutSeconds: 120 },
    e2e: { command: 'jest', args: ['--runInBand'], testPackages: ['jest'] },
    'cluster-up': {},
    'cluster-down': {},
    problem: {},
  };
  return { options: examples[plan.kind] };
}

function problemWithoutTokens(problem: Problem): Problem {
  return { ...problem, message: withoutTokens(problem.message), hint: withoutTokens(problem.hint) };
}

/** Nx fails the whole graph on `{workspaceRoot}` within an option's text, and replaces its other tokens. */
function withoutTokens(text: string): string {
  return text.replaceAll(/\{(workspaceRoot|projectRoot|projectName)\}/g, '<$1>');
}
