import type { ClaimObject, PodSpec } from './manifest-schemas';
import type { ClusterObjects } from './read-objects';

/** How a workload's pods come to be. */
export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'Job' | 'Pod';

/** A pod that a workload asks for, before anything is resolved. */
export interface DesiredPod {
  readonly namespace: string;
  /** Stable: `<workload>-<ordinal>` for Deployment, StatefulSet and Job, the Pod's own name else. */
  readonly name: string;
  readonly workload: Workload;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly hostname: string;
  /** The headless Service that gives this pod a name of its own: `<hostname>.<subdomain>.<namespace>`. */
  readonly subdomain: string;
  /** Volume name to claim name, for volumeClaimTemplates. */
  readonly templateClaims: Readonly<Record<string, string>>;
  readonly source: string;
}

/** A workload and how its pods are started. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
  /** Each pod waits until the one before it is ready. */
  readonly ordered: boolean;
  /** Job only: how often its pod is tried again. */
  readonly backoffLimit: number;
  /** Job only: after so many seconds it has failed. */
  readonly activeDeadlineSeconds?: number;
}

/** A claim for storage that outlives pods. */
export interface DesiredClaim {
  readonly namespace: string;
  readonly name: string;
}

/** The pods that a deploy's workloads ask for, ordinals ascending. Pure. */
export function listDesiredPods(objects: ClusterObjects): DesiredPod[] {
  return [
    ...objects.deployments.flatMap(({ manifest, namespace, source }) =>
      ordinals(manifest.spec.replicas).map((ordinal) =>
        desiredPod({
          namespace,
          name: `${manifest.metadata.name}-${ordinal}`,
          workload: workloadOf('Deployment', manifest.metadata.name),
          template: manifest.spec.template,
          source,
        }),
      ),
    ),
    ...objects.statefulSets.flatMap(({ manifest, namespace, source }) =>
      ordinals(manifest.spec.replicas).map((ordinal) => {
        const name = `${manifest.metadata.name}-${ordinal}`;
        return {
          ...desiredPod({
            namespace,
            name,
            workload: {
              ...workloadOf('StatefulSet', manifest.metadata.name),
              ordered: manifest.spec.podManagementPolicy === 'OrderedReady',
            },
            template: manifest.spec.template,
            source,
          }),
          subdomain: manifest.spec.serviceName,
          templateClaims: claimNames(manifest.spec.volumeClaimTemplates, name),
        };
      }),
    ),
    ...objects.jobs.map(({ manifest, namespace, source }) =>
      desiredPod({
        namespace,
        name: `${manifest.metadata.name}-0`,
        workload: {
          ...workloadOf('Job', manifest.metadata.name),
          backoffLimit: manifest.spec.backoffLimit,
          activeDeadlineSeconds: manifest.spec.activeDeadlineSeconds,
        },
        template: manifest.spec.template,
        source,
      }),
    ),
    ...objects.pods.map(({ manifest, namespace, source }) =>
      desiredPod({
        namespace,
        name: manifest.metadata.name,
        workload: workloadOf('Pod', manifest.metadata.name),
        template: { metadata: manifest.metadata, spec: manifest.spec },
        source,
      }),
    ),
  ];
}

/** The claims of a deploy: its own, and one for each pod of a StatefulSet with volumeClaimTemplates. Pure. */
export function listDesiredClaims(objects: ClusterObjects, pods: readonly DesiredPod[]): DesiredClaim[] {
  return [
    ...objects.claims.map(({ manifest, namespace }) => ({ namespace, name: manifest.metadata.name })),
    ...pods.flatMap((pod) => Object.values(pod.templateClaims).map((name) => ({ namespace: pod.namespace, name }))),
  ];
}

interface PodSource {
  readonly namespace: string;
  readonly name: string;
  readonly workload: Workload;
  readonly template: { readonly metadata: { readonly labels: Record<string, string> }; readonly spec: PodSpec };
  readonly source: string;
}

function desiredPod({ namespace, name, workload, template, source }: PodSource): DesiredPod {
  const { spec } = template;
  return {
    namespace,
    name,
    workload,
    labels:
      workload.kind === 'Job' ? { ...template.metadata.labels, 'job-name': workload.name } : template.metadata.labels,
    spec,
    restartPolicy: spec.restartPolicy ?? (workload.kind === 'Job' ? 'Never' : 'Always'),
    hostname: spec.hostname ?? name,
    subdomain: spec.subdomain ?? '',
    templateClaims: {},
    source,
  };
}

function workloadOf(kind: WorkloadKind, name: string): Workload {
  return { kind, name, ordered: false, backoffLimit: 0 };
}

/** `<template>-<pod>`, the name that a StatefulSet gives to its claims. */
function claimNames(templates: readonly Pick<ClaimObject, 'metadata'>[], pod: string): Record<string, string> {
  return Object.fromEntries(templates.map(({ metadata }) => [metadata.name, `${metadata.name}-${pod}`]));
}

function ordinals(count: number): number[] {
  return Array.from({ length: count }, (_, ordinal) => ordinal);
}
