import { SlipwayError } from '../errors/slipway-error';
import type { EngineOnlySyntax } from './copy-sources';

/** An engine with its version, as it is to build a Dockerfile. */
export interface BuildingEngine {
  readonly name: 'docker' | 'podman';
  readonly version: string;
  /** Whether it has something, given the first version of podman that does. */
  readonly has: (syntax: EngineOnlySyntax) => boolean;
}

/**
 * Makes sure that an engine has all the syntax that a Dockerfile's needed stages use. Where it has not, it would end in a message of its own, or
 * worse, do something else than the line says (podman 4.3 drops the lines of a heredoc).
 * What engines only read in different ways is not refused: their images differ in the content key, see `isOfOneEngine`.
 * @throws {SlipwayError} ENGINE_SYNTAX_UNSUPPORTED
 */
export function assertEngineSyntax(
  found: readonly EngineOnlySyntax[],
  dockerfile: string,
  engine: BuildingEngine,
): void {
  const missing = found.find((syntax) => !syntax.readDifferently && !engine.has(syntax));
  if (!missing) return;
  const { line, what, podmanSince, dockerSince } = missing;
  const other = engine.name === 'podman' ? 'docker' : 'podman';
  const since = engine.name === 'podman' ? podmanSince : dockerSince;
  const remedy = since === null ? `build with the engine ${other}` : `install ${engine.name} ${since} or later`;
  const { name, version } = engine;
  throw new SlipwayError('ENGINE_SYNTAX_UNSUPPORTED', {
    dockerfile,
    line,
    syntax: what,
    engine: name,
    version,
    remedy,
  });
}

/**
 * Whether one engine at most builds what the syntax says: no podman has it, or no BuildKit, or they read it in different ways. Images that use it
 * are not shared between engines. Syntax that a later podman has is the same in both, since an earlier one is refused.
 */
export function isOfOneEngine({ engine, podmanSince, readDifferently }: EngineOnlySyntax): boolean {
  return readDifferently || engine === 'podman' || podmanSince === null;
}
