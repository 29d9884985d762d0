import { defineCodes } from '../catalogue-entry';

/** The SCHEDULE codes. */
export const scheduleCodes = defineCodes({});
