type ReasonsByFixture = Readonly<Record<string, string>>;

const NEEDS_NETWORK = 'it adds files from the internet';
const NEW_OPERATORS = 'an operator of variables that came with Dockerfile 1.7';
const NEW_FLAGS = 'flags that came with Dockerfile 1.7 (labs)';
const NOT_IN_BASE = 'no base has what it copies from there';
const SYMBOLIC_MODES = 'modes such as u=rwX came with Dockerfile 1.14';
const NO_NAMED_CONTEXTS = 'additional build contexts came with buildx 0.8';

/**
 * Fixtures whose Dockerfile an engine refuses: here podman 4.3.1 and docker 20.10.24. What a newer engine builds of them is compared, too.
 */
export const REFUSED_BY_ENGINE: Readonly<Record<string, ReasonsByFixture>> = {
  podman: {
    'add-from-elsewhere': NEEDS_NETWORK,
    'arguments-and-environment': NEW_OPERATORS,
    'buildkit-heredocs': 'heredocs came with buildah 1.33',
    'engine-only-flags': 'its first stage has not what it copies from there',
    'flags-in-quotes': SYMBOLIC_MODES,
    'mounts-in-csv': 'a mount with a comma in quotes',
    'named-contexts': 'docker.io/library/nginx:latest is not taken for the build context nginx',
    'node-monorepo': NEW_FLAGS,
    'onbuild-unknown': NOT_IN_BASE,
    'pattern-operators': NEW_OPERATORS,
    'required-arguments': NEW_OPERATORS,
    'two-escapes-at-the-end': 'a line that ends in two escape characters goes on in the next',
  },
  docker: {
    'add-from-elsewhere': NEEDS_NETWORK,
    'arguments-and-environment': NEW_OPERATORS,
    'base-of-an-undefined-argument-unneeded': 'the base of every stage must be defined',
    'buildkit-heredocs': 'heredocs came with Dockerfile 1.4',
    'engine-only-flags': 'the stage of a COPY cannot be a variable',
    'flags-in-quotes': SYMBOLIC_MODES,
    'mount-variables': 'the type of a mount cannot be a variable',
    'mounts-in-csv': 'a mount with the option z of podman',
    'named-context-replaces-stage': NO_NAMED_CONTEXTS,
    'named-contexts': NO_NAMED_CONTEXTS,
    'node-monorepo': NEW_FLAGS,
    'onbuild-unknown': NOT_IN_BASE,
    'pattern-operators': NEW_OPERATORS,
    'required-arguments': NEW_OPERATORS,
    'target-by-number': 'stages are targets by name alone',
    'windows-backquote': 'it looks for /bin\\\\release\\\\, and does not find the file of that name',
  },
};

/** Fixtures that we refuse and an engine takes. */
export const REFUSED_BY_US_ALONE: Readonly<Record<string, ReasonsByFixture>> = {
  podman: {
    'refused-before-from': 'what stands before the first FROM is not run',
    'refused-flag-twice': 'the last one counts',
    'refused-stage-name': 'a stage may have any name',
  },
  docker: {},
};

/** Fixtures that an engine is not given. */
export const NOT_GIVEN: Readonly<Record<string, ReasonsByFixture>> = {
  podman: {},
  docker: { 'refused-no-from': 'the daemon of docker 20.10.24 panics' },
};
