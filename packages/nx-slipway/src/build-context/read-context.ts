import { isSlipwayError, SlipwayError } from '../errors/slipway-error';
import { errnoOf, messageOf } from './file-system-error';

/**
 * Reads something of a build context. What vanishes or is replaced between two looks at it has changed; what may not be looked at is
 * unreadable; and a name that is not UTF-8 cannot be given back to the file system.
 * @throws {SlipwayError} CONTEXT_FILE_CHANGED, CONTEXT_FILE_UNREADABLE, CONTEXT_FILE_UNSUPPORTED
 */
export function readingContext<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (isSlipwayError(error)) throw error;
    if (path.includes('\uFFFD')) throw unsupportedFile(path, 'file whose name is not UTF-8');
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(errnoOf(error))) {
      throw new SlipwayError('CONTEXT_FILE_CHANGED', { path, reason: 'it is gone' }, { cause: error });
    }
    throw new SlipwayError('CONTEXT_FILE_UNREADABLE', { path, reason: messageOf(error) }, { cause: error });
  }
}

/** The error for what can be neither hashed nor copied. */
export function unsupportedFile(path: string, kind: string): SlipwayError {
  return new SlipwayError('CONTEXT_FILE_UNSUPPORTED', { path, kind });
}
