import { defineCodes } from '../catalogue-entry';

/** The DOCKERFILE codes. */
export const dockerfileCodes = defineCodes({
  DOCKERFILE_MISSING: {
    title: 'The Dockerfile of a project cannot be read',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: 'The Dockerfile {path} of {project} {reason}.',
    hint: 'Write it, or name another with the option "dockerfile" of the target in the project.json of {project}.',
  },
  DOCKERFILE_EMPTY: {
    title: 'A Dockerfile without instructions',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{source} has no instructions.',
    hint: 'Start it with a FROM line, for example: FROM scratch',
  },
  DOCKERFILE_TOO_LONG: {
    title: 'A Dockerfile is too long to be one',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{path} has {length} characters; at most {most} are read, since every command of Nx waits for that.',
    hint: 'Check that it is the right file. What it holds inline can be a file that COPY takes.',
  },
  DOCKERFILE_SYNTAX_INVALID: {
    title: 'A line of a Dockerfile cannot be understood',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{source}:{line} is not valid: {reason}.\n  | {text}',
    hint: 'Correct line {line} of {source}. The syntax: https://docs.docker.com/reference/dockerfile/',
  },
  DOCKERFILE_BASE_UNDEFINED: {
    title: 'A FROM line whose arguments have no value',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{source}:{line} starts a stage from {written}, which names nothing: no argument in it has a value there.',
    hint: 'Declare the argument before the first FROM, with a default (ARG name=value), or give it with the option "buildArgs".',
  },
  DOCKERFILE_STAGE_CYCLE: {
    title: 'A Dockerfile stage that copies from itself or from a later one',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message:
      '{source}:{line}: the stage {stage} takes files from the stage {from}, which begins on line {begins} and is not built by then.',
    hint: 'Move the stage {from} before the stage {stage}, or name the image that is meant in full, for example: --from=docker.io/library/{from}',
  },
  DOCKERFILE_STAGE_UNKNOWN: {
    title: 'A Dockerfile stage that does not exist',
    severity: 'error',
    blame: 'user',
    retryable: false,
    message: '{source} has no stage {stage}, which {wantedBy} names. It has: {stages}.',
    hint: 'Correct the name, or add the stage: FROM <image> AS {stage}',
  },
});
