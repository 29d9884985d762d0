import { defineCodes } from '../catalogue-entry';

/** The ARTIFACT codes: `image.json`, `build.json`, `applied.json` and what they claim. */
export const artifactCodes = defineCodes({
  ARTIFACT_MISSING: {
    title: 'The output of an image build is not there',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{path} does not exist, so it is not known which image {image} is.',
    hint: 'Run: nx run {project}:{target}',
  },
  ARTIFACT_INVALID: {
    title: 'A recorded output is damaged',
    severity: 'error',
    blame: 'environment',
    retryable: false,
    message:
      '{path} is not what nx-slipway wrote: {reason}. It was cut off, changed by hand, or comes from a damaged cache.',
    hint: 'Run: nx run {project}:{target} --skip-nx-cache',
  },
  ARTIFACT_VERSION_UNSUPPORTED: {
    title: 'A recorded output has another version',
    severity: 'error',
    blame: 'environment',
    retryable: false,
    message: '{path} has schemaVersion {version}, and this version of nx-slipway reads {supported}.',
    hint: 'Use one version of nx-slipway everywhere, then run: nx run {project}:{target} --skip-nx-cache',
  },
  ARTIFACT_IMAGE_MISMATCH: {
    title: 'A recorded output speaks of something else',
    severity: 'error',
    blame: 'environment',
    retryable: false,
    message: '{path} describes {found}, and {expected} was expected.',
    hint: 'Run: nx run {project}:{target} --skip-nx-cache',
  },
  ARTIFACT_KEY_MISMATCH: {
    title: 'image.json was made from other inputs',
    severity: 'error',
    blame: 'environment',
    retryable: false,
    message:
      'The build of {image} claims the content key {claimedKey}, its files give {actualKey}, and this machine never built the image that it names. The claim comes from a mixed-up cache, or from files that changed since.',
    hint: 'Run: nx run {project}:{target} --skip-nx-cache',
  },
  ARTIFACT_INPUTS_CHANGED: {
    title: 'Files changed after the image was built',
    severity: 'warning',
    blame: 'user',
    retryable: false,
    message: 'Files of {image} changed after this run built it. The image from before the change is deployed.',
    hint: 'Run the target again to build and deploy the change.',
  },
  ARTIFACT_INPUTS_MISSED: {
    title: 'An image was not built again although its inputs changed',
    severity: 'error',
    blame: 'environment',
    retryable: false,
    message:
      'image.json of {image} is for other inputs: {differences}. That was so before this run began, and Nx did not see it.',
    hint: 'Run `npx nx run {project}:{target} --skip-nx-cache`; if it comes back: `npx nx daemon --stop`',
  },
});
