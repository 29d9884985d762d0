/**
 * Fields that are accepted and do nothing on the podman cluster, by the place where they stand. Each use gives the notice
 * CLUSTER_FIELD_IGNORED, except those in `silentFields`. A field that is neither here nor read is an error. The reference
 * page is generated from this.
 */
export const ignoredFields = {
  object: ['status'],
  metadata: ['annotations', 'creationTimestamp', 'generateName', 'finalizers', 'ownerReferences'],
  podSpec: [
    'affinity',
    'automountServiceAccountToken',
    'dnsPolicy',
    'imagePullSecrets',
    'nodeSelector',
    'preemptionPolicy',
    'priorityClassName',
    'schedulerName',
    'serviceAccount',
    'serviceAccountName',
    'tolerations',
    'topologySpreadConstraints',
  ],
  container: ['lifecycle', 'livenessProbe', 'terminationMessagePath', 'terminationMessagePolicy'],
  probe: ['terminationGracePeriodSeconds'],
  podSecurityContext: ['fsGroupChangePolicy'],
  resourceLimits: ['ephemeral-storage'],
  emptyDir: ['sizeLimit'],
  serviceSpec: ['externalTrafficPolicy', 'internalTrafficPolicy', 'ipFamilies', 'ipFamilyPolicy', 'sessionAffinity'],
  deploymentSpec: ['minReadySeconds', 'progressDeadlineSeconds', 'revisionHistoryLimit', 'strategy'],
  statefulSetSpec: [
    'minReadySeconds',
    'persistentVolumeClaimRetentionPolicy',
    'revisionHistoryLimit',
    'updateStrategy',
  ],
  jobSpec: ['completionMode', 'ttlSecondsAfterFinished', 'manualSelector', 'selector'],
  claimSpec: ['resources', 'storageClassName', 'volumeMode', 'volumeName'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A place that has ignored fields. */
export type IgnoringShape = keyof typeof ignoredFields;

/** Ignored fields that change nothing of what a test can see, and so are not worth a line. */
export const silentFields: ReadonlySet<string> = new Set([
  'annotations',
  'creationTimestamp',
  'status',
  'resources',
  'revisionHistoryLimit',
  'schedulerName',
  'storageClassName',
  'terminationMessagePath',
  'terminationMessagePolicy',
]);
