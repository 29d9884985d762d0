/** The label that marks an image as built by this plugin. Its value is constant: what varies would change image IDs. */
export const OWN_IMAGE_LABEL = 'io.nx-slipway=image';
