import * as z from 'zod';
import { isLocalChart, parseImageValuePaths } from './helm/helm-option';
import { IMAGE_PATH_FORM, isImagePath } from './image-paths';

const filledText = z.string().min(1);

/** The option `imagePaths`. */
export const imagePathsSchema = z.record(
  filledText,
  z.array(
    z.string().refine(isImagePath, { error: ({ input }) => `"${String(input)}" is not a path: ${IMAGE_PATH_FORM}` }),
  ),
);

const imageValuePaths = z.string().refine((text) => parseImageValuePaths(text) !== undefined, {
  error: ({ input }) =>
    `"${String(input)}" does not name values: "<repository>:<tag>", "<registry>/<repository>:<tag>", or one that takes the whole reference`,
});

/** Names of a release (helm v3.19, pkg/chartutil/validate_name.go). */
const releaseName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?$/, 'is not the name of a helm release');

/** The option `helm`. */
export const helmSchema = z.array(
  z
    .strictObject({
      release: releaseName,
      chart: filledText,
      version: filledText.optional(),
      namespace: filledText.optional(),
      values: z.array(filledText).default([]),
      images: z.record(imageValuePaths, filledText).default({}),
    })
    .refine(({ chart, version }) => isLocalChart(chart) || version !== undefined, {
      error: 'needs "version": what is fetched would else change unseen',
      path: ['version'],
    }),
);
