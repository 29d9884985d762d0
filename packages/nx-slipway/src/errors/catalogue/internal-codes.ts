import { defineCodes } from '../catalogue-entry';

/** The INTERNAL codes: defects of this plugin. */
export const internalCodes = defineCodes({
  INTERNAL_UNEXPECTED: {
    title: 'An unforeseen error',
    severity: 'error',
    blame: 'bug',
    retryable: false,
    message: 'nx-slipway met an error that it did not foresee: {reason}',
    hint: 'Please report it with the stack trace above.',
  },
});
