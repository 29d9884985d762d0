/** Put in by the build (`tools/build-plugin.mjs`): a digest of the sources. */
declare const SLIPWAY_BUILD_ID: string | undefined;

/** What identifies this build of the plugin; `undefined` where the sources run without having been built, as in unit tests. */
export const BUILD_ID = typeof SLIPWAY_BUILD_ID === 'undefined' ? undefined : SLIPWAY_BUILD_ID;
