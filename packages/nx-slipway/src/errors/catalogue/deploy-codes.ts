import { defineCodes } from '../catalogue-entry';

/** The DEPLOY codes: manifests and what they name. */
export const deployCodes = defineCodes({
  DEPLOY_MANIFEST_INVALID: {
    title: 'A manifest is not valid YAML',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{source} is not valid YAML: {reason}',
    hint: 'Correct the file and run the target again.',
  },
  DEPLOY_MANIFEST_NOT_AN_OBJECT: {
    title: 'A manifest document is not a Kubernetes object',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{source} is not a Kubernetes object: {reason}.',
    hint: 'Every document needs apiVersion, kind and metadata.name. Correct the file and run the target again.',
  },
  DEPLOY_MANIFEST_MISSING: {
    title: 'A manifest file or folder does not exist',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: 'The option "manifests" of {project} names {path}, which does not exist.',
    hint: 'Correct "manifests" in the options of {project}, or create the file.',
  },
  DEPLOY_MANIFEST_EMPTY: {
    title: 'There is nothing to deploy',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: 'The manifests of {project} ({paths}) hold no object.',
    hint: 'Write a manifest there, or name other files with the option "manifests".',
  },
  DEPLOY_OBJECT_DUPLICATE: {
    title: 'Two manifests describe one object',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{object} is described twice: by {first} and by {second}.',
    hint: 'Remove one of them.',
  },
  DEPLOY_IMAGE_UNKNOWN: {
    title: 'No project builds an image that a manifest names',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message:
      '{source} names the image {image}. No project of this workspace builds it, and it is not declared external.',
    hint: 'Name one of the images of this workspace ({known}), or add it to "externalImages" of {project}.',
  },
  DEPLOY_IMAGE_BYTES_LOST: {
    title: 'The engine lost an image',
    severity: 'warning',
    blame: 'environment',
    retryable: true,
    message:
      '{engine} no longer has the image {image} ({imageId}) that {record} describes. It is built again from the same inputs.',
    hint: 'Nothing to do. If this happens often, look for a job that removes images on this machine.',
  },
  DEPLOY_IMAGE_REBUILT_DIFFERS: {
    title: 'A lost image came back with other bytes',
    severity: 'warning',
    blame: 'user',
    retryable: false,
    message:
      '{image} is {imageId}, and image.json says {claimedId}, which {engine} no longer has. It is accepted, since this machine built it from the same content key.',
    hint: 'The build is not reproducible: pin versions and remove time stamps in its Dockerfile to get equal bytes.',
  },
});
