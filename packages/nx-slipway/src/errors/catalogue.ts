import { applyCodes } from './catalogue/apply-codes';
import { artifactCodes } from './catalogue/artifact-codes';
import { buildCodes } from './catalogue/build-codes';
import { clusterCodes } from './catalogue/cluster-codes';
import { configCodes } from './catalogue/config-codes';
import { contextCodes } from './catalogue/context-codes';
import { deployCodes } from './catalogue/deploy-codes';
import { dockerfileCodes } from './catalogue/dockerfile-codes';
import { e2eCodes } from './catalogue/e2e-codes';
import { engineCodes } from './catalogue/engine-codes';
import { internalCodes } from './catalogue/internal-codes';
import { kindCodes } from './catalogue/kind-codes';
import { kubernetesCodes } from './catalogue/kubernetes-codes';
import { readinessCodes } from './catalogue/readiness-codes';
import { scheduleCodes } from './catalogue/schedule-codes';
import { transportCodes } from './catalogue/transport-codes';

/** Every code that this plugin can print. A code is permanent: it is never renamed and never reused for another meaning. */
export const catalogue = {
  ...configCodes,
  ...dockerfileCodes,
  ...contextCodes,
  ...engineCodes,
  ...buildCodes,
  ...artifactCodes,
  ...clusterCodes,
  ...kubernetesCodes,
  ...kindCodes,
  ...applyCodes,
  ...transportCodes,
  ...deployCodes,
  ...readinessCodes,
  ...e2eCodes,
  ...scheduleCodes,
  ...internalCodes,
};

/** A code of the catalogue. */
export type SlipwayCode = keyof typeof catalogue;
