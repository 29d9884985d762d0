import type { StageBases } from '../../build-context/narrowing/list-narrowed-runs';
import type { ParsedDockerfile } from '../../dockerfile/parsed-dockerfile';
import { selectStages, type BuildSelection } from '../../dockerfile/select-stages';

/** Which stage each needed stage is FROM, where that is a stage. @throws {SlipwayError} DOCKERFILE_STAGE_UNKNOWN */
export function listStageBases(dockerfile: ParsedDockerfile, selection: BuildSelection): StageBases {
  return new Map(
    selectStages(dockerfile, selection).flatMap(({ stage, base }) =>
      base.kind === 'stage' ? [[stage.index, base.stage.index] as const] : [],
    ),
  );
}
