/**
 * The longest Dockerfile that is read while the graph is made, in characters. Every command of Nx waits for that, and a file of
 * 10 MB took 5 s to parse; the longest that people write hold some 100 kB.
 */
export const MAX_DOCKERFILE_LENGTH = 1_048_576;
