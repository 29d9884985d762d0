import * as z from 'zod';
import { ignoredFields, type IgnoringShape } from './ignored-fields';

/** Fields that are read here, and those that `ignored-fields.ts` lists for this place; any other is an issue with its path. */
function fieldsOf<Shape extends z.ZodRawShape>(shape: Shape, place?: IgnoringShape) {
  const ignored = Object.fromEntries((place ? ignoredFields[place] : []).map((name) => [name, z.unknown().optional()]));
  const fields: Shape = { ...ignored, ...shape };
  return z.strictObject(fields);
}

const strings = z.record(z.string(), z.string());
const portNumber = z.number().int().min(1).max(65_535);
const portOrName = z.union([portNumber, z.string().min(1)]);
const protocol = z.enum(['TCP', 'UDP']).default('TCP');
const quantity = z.union([z.string(), z.number()]);
const seconds = z.number().int().min(0);
const fileMode = z.number().int().min(0).max(0o777);

const metadata = fieldsOf(
  { name: z.string().min(1), namespace: z.string().min(1).optional(), labels: strings.default({}) },
  'metadata',
);

const templateMetadata = fieldsOf({ name: z.string().optional(), labels: strings.default({}) }, 'metadata');

const keyReference = z.strictObject({ name: z.string(), key: z.string(), optional: z.boolean().default(false) });
const objectReference = z.strictObject({ name: z.string(), optional: z.boolean().default(false) });

const variable = z.strictObject({
  name: z.string().min(1),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({
      configMapKeyRef: keyReference.optional(),
      secretKeyRef: keyReference.optional(),
      fieldRef: z.strictObject({ fieldPath: z.string(), apiVersion: z.literal('v1').optional() }).optional(),
    })
    .optional(),
});

const variableSource = z.strictObject({
  prefix: z.string().default(''),
  configMapRef: objectReference.optional(),
  secretRef: objectReference.optional(),
});

const probe = fieldsOf(
  {
    httpGet: z
      .strictObject({
        path: z.string().default('/'),
        port: portOrName,
        scheme: z.enum(['HTTP', 'HTTPS']).default('HTTP'),
        httpHeaders: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
      })
      .optional(),
    tcpSocket: z.strictObject({ port: portOrName }).optional(),
    exec: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
    initialDelaySeconds: seconds.default(0),
    periodSeconds: z.number().int().min(1).default(10),
    timeoutSeconds: z.number().int().min(1).default(1),
    failureThreshold: z.number().int().min(1).default(3),
    successThreshold: z.number().int().min(1).default(1),
  },
  'probe',
);

const seccompProfile = z.strictObject({ type: z.enum(['RuntimeDefault', 'Unconfined']) });

const securityContext = z.strictObject({
  runAsUser: z.number().int().optional(),
  runAsGroup: z.number().int().optional(),
  runAsNonRoot: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  privileged: z.boolean().optional(),
  capabilities: z
    .strictObject({ add: z.array(z.string()).default([]), drop: z.array(z.string()).default([]) })
    .optional(),
  seccompProfile: seccompProfile.optional(),
});

const podSecurityContext = fieldsOf(
  {
    runAsUser: z.number().int().optional(),
    runAsGroup: z.number().int().optional(),
    runAsNonRoot: z.boolean().optional(),
    fsGroup: z.number().int().optional(),
    supplementalGroups: z.array(z.number().int()).default([]),
    seccompProfile: seccompProfile.optional(),
  },
  'podSecurityContext',
);

const volumeMount = z.strictObject({
  name: z.string(),
  mountPath: z.string().regex(/^\/[^:]*$/, 'must be an absolute path without ":"'),
  subPath: z
    .string()
    .refine((path) => !path.split('/').includes('..') && !path.startsWith('/'), 'must be relative and without ".."')
    .optional(),
  readOnly: z.boolean().default(false),
});

const container = fieldsOf(
  {
    name: z.string().min(1),
    image: z.string().min(1),
    imagePullPolicy: z.enum(['IfNotPresent', 'Never']).optional(),
    command: z.array(z.string()).optional(),
    args: z.array(z.string()).optional(),
    workingDir: z.string().optional(),
    env: z.array(variable).default([]),
    envFrom: z.array(variableSource).default([]),
    ports: z.array(z.strictObject({ name: z.string().optional(), containerPort: portNumber, protocol })).default([]),
    resources: z
      .strictObject({
        limits: fieldsOf({ cpu: quantity.optional(), memory: quantity.optional() }, 'resourceLimits').optional(),
        requests: z.record(z.string(), quantity).optional(),
      })
      .optional(),
    volumeMounts: z.array(volumeMount).default([]),
    readinessProbe: probe.optional(),
    startupProbe: probe.optional(),
    securityContext: securityContext.optional(),
  },
  'container',
);

const keyToPath = z.strictObject({
  key: z.string(),
  path: z
    .string()
    .refine((path) => !path.split('/').includes('..') && !path.startsWith('/'), 'must stay in the volume'),
  mode: fileMode.optional(),
});

const volume = z.strictObject({
  name: z.string().min(1),
  configMap: z
    .strictObject({
      name: z.string(),
      items: z.array(keyToPath).optional(),
      defaultMode: fileMode.default(0o644),
      optional: z.boolean().default(false),
    })
    .optional(),
  secret: z
    .strictObject({
      secretName: z.string(),
      items: z.array(keyToPath).optional(),
      defaultMode: fileMode.default(0o644),
      optional: z.boolean().default(false),
    })
    .optional(),
  emptyDir: fieldsOf({ medium: z.enum(['', 'Memory']).default('') }, 'emptyDir')
    .nullable()
    .optional(),
  persistentVolumeClaim: z.strictObject({ claimName: z.string(), readOnly: z.boolean().default(false) }).optional(),
  hostPath: z
    .strictObject({
      path: z.string().regex(/^\/[^:]*$/, 'must be an absolute path without ":"'),
      type: z.enum(['', 'Directory', 'DirectoryOrCreate']).default(''),
    })
    .optional(),
});

const podSpec = fieldsOf(
  {
    containers: z.array(container).min(1),
    initContainers: z.array(container).default([]),
    volumes: z.array(volume).default([]),
    restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).optional(),
    terminationGracePeriodSeconds: seconds.optional(),
    securityContext: podSecurityContext.optional(),
    hostname: z.string().optional(),
    subdomain: z.string().optional(),
    enableServiceLinks: z.literal(false).optional(),
  },
  'podSpec',
);

const podTemplate = z.strictObject({ metadata: templateMetadata.default({ labels: {} }), spec: podSpec });
const labelSelector = z.strictObject({ matchLabels: strings.default({}) });

const claimSpec = fieldsOf(
  { accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany', 'ReadOnlyMany'])).default([]) },
  'claimSpec',
);

function objectOf<Kind extends string, Shape extends z.ZodRawShape>(apiVersion: string, kind: Kind, shape: Shape) {
  return fieldsOf({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata, ...shape }, 'object');
}

/** What the podman cluster reads of each kind (Kubernetes API 1.34). Strict: an unknown field is an issue, never skipped. */
export const manifestSchemas = {
  Namespace: objectOf('v1', 'Namespace', { spec: z.unknown().optional() }),
  ConfigMap: objectOf('v1', 'ConfigMap', {
    data: strings.default({}),
    binaryData: strings.default({}),
    immutable: z.boolean().optional(),
  }),
  Secret: objectOf('v1', 'Secret', {
    data: strings.default({}),
    stringData: strings.default({}),
    type: z.string().optional(),
    immutable: z.boolean().optional(),
  }),
  PersistentVolumeClaim: objectOf('v1', 'PersistentVolumeClaim', { spec: claimSpec }),
  Service: objectOf('v1', 'Service', {
    spec: fieldsOf(
      {
        type: z.enum(['ClusterIP', 'NodePort']).default('ClusterIP'),
        clusterIP: z.enum(['None', '']).default(''),
        selector: strings.default({}),
        ports: z
          .array(
            z.strictObject({
              name: z.string().optional(),
              port: portNumber,
              targetPort: portOrName.optional(),
              nodePort: portNumber.optional(),
              protocol,
              appProtocol: z.string().optional(),
            }),
          )
          .default([]),
        publishNotReadyAddresses: z.boolean().optional(),
      },
      'serviceSpec',
    ),
  }),
  Pod: objectOf('v1', 'Pod', { spec: podSpec }),
  Deployment: objectOf('apps/v1', 'Deployment', {
    spec: fieldsOf(
      { replicas: z.number().int().min(0).default(1), selector: labelSelector, template: podTemplate },
      'deploymentSpec',
    ),
  }),
  StatefulSet: objectOf('apps/v1', 'StatefulSet', {
    spec: fieldsOf(
      {
        replicas: z.number().int().min(0).default(1),
        serviceName: z.string().default(''),
        selector: labelSelector,
        template: podTemplate,
        podManagementPolicy: z.enum(['OrderedReady', 'Parallel']).default('OrderedReady'),
        volumeClaimTemplates: z
          .array(
            fieldsOf(
              { apiVersion: z.literal('v1').optional(), kind: z.string().optional(), metadata, spec: claimSpec },
              'object',
            ),
          )
          .default([]),
      },
      'statefulSetSpec',
    ),
  }),
  Job: objectOf('batch/v1', 'Job', {
    spec: fieldsOf(
      {
        template: podTemplate,
        backoffLimit: z.number().int().min(0).default(6),
        completions: z.literal(1).optional(),
        parallelism: z.literal(1).optional(),
        activeDeadlineSeconds: z.number().int().min(1).optional(),
      },
      'jobSpec',
    ),
  }),
};

/** A kind that the podman cluster runs. */
export type SupportedKind = keyof typeof manifestSchemas;

type Read<Schema extends z.ZodType> = z.infer<Schema>;
export type ContainerManifest = Read<typeof container>;
export type PodSpec = Read<typeof podSpec>;
export type ProbeManifest = Read<typeof probe>;
export type VariableManifest = Read<typeof variable>;
export type VariableSourceManifest = Read<typeof variableSource>;
export type VolumeManifest = Read<typeof volume>;
export type VolumeMountManifest = Read<typeof volumeMount>;
export type KeyToPath = Read<typeof keyToPath>;
export type ConfigMapObject = Read<(typeof manifestSchemas)['ConfigMap']>;
export type SecretObject = Read<(typeof manifestSchemas)['Secret']>;
export type ClaimObject = Read<(typeof manifestSchemas)['PersistentVolumeClaim']>;
export type ServiceObject = Read<(typeof manifestSchemas)['Service']>;
export type PodObject = Read<(typeof manifestSchemas)['Pod']>;
export type DeploymentObject = Read<(typeof manifestSchemas)['Deployment']>;
export type StatefulSetObject = Read<(typeof manifestSchemas)['StatefulSet']>;
export type JobObject = Read<(typeof manifestSchemas)['Job']>;
