/** What a registry has under a reference. */
export interface ResolvedBase {
  /** Digest of the manifest list where there is one, so that it holds for every platform; else of the manifest. */
  readonly digest: string;
  /** The triggers that the image of the platform registers by ONBUILD, in order; mostly empty. */
  readonly onbuild: readonly string[];
}

/** Why a registry does not tell. */
export interface UnresolvedBase {
  /** Ends a sentence, e.g. `manifest unknown`. */
  readonly reason: string;
}

/** Looks base images up where they come from. */
export interface BaseResolver {
  /** The command that it uses. */
  readonly tool: string;
  /**
   * Asks the reference's registry, never only this machine's storage: what it answers is what every other machine gets.
   * @throws {SlipwayError} ENGINE codes where the tool itself is at fault
   */
  resolve(reference: string, platform: string): Promise<ResolvedBase | UnresolvedBase>;
}

/** Whether an answer is one. Pure. */
export function isResolved(answer: ResolvedBase | UnresolvedBase): answer is ResolvedBase {
  return 'digest' in answer;
}
