/** The environment variable that names a release. An input of every image that has stamps. */
export const RELEASE_VARIABLE = 'NX_SLIPWAY_RELEASE';

/** The configuration of `image-build` in which the values of stamps are part of the content key. */
export const RELEASE_CONFIGURATION = 'release';
