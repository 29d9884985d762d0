import type { BuildSelection } from '../../dockerfile/select-stages';
import type { ImageBuildJob } from './image-build-options';

/** What a job builds of its Dockerfile, but for stamps and what base images register. Pure. */
export function selectionOfJob({ options, platform, namedContexts }: ImageBuildJob): BuildSelection {
  const { buildArgs, targetStage } = options;
  return { buildArgs, targetStage, platform, namedContexts: new Set(Object.keys(namedContexts)) };
}
