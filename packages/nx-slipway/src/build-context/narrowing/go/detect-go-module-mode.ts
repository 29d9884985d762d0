import type { ParsedDockerfile } from '../../../dockerfile/parsed-dockerfile';
import { selectStages, type BuildSelection } from '../../../dockerfile/select-stages';
import { detectModuleMode } from './detect-module-mode';
import type { GoModuleMode } from './go-modules';

/**
 * What the go commands of a Dockerfile take modules from, by their flags and by the `GOFLAGS` that ENV, ARG and build arguments set. `unknown` where these
 * set it more than once, or to what is not known; what a base image sets is not seen. Pure.
 */
export function detectGoModuleMode(dockerfile: ParsedDockerfile, selection: BuildSelection): GoModuleMode {
  const steps = selectStages(dockerfile, selection).flatMap(({ run }) => run);
  const runs = steps.flatMap(({ instruction }) => (instruction.keyword === 'RUN' ? [instruction.text] : []));
  const settings = steps.filter(
    ({ instruction: { keyword, text } }) => (keyword === 'ENV' || keyword === 'ARG') && /\bGOFLAGS\b/.test(text),
  );
  const [setting, ...more] = settings;
  if (!setting) return detectModuleMode(runs, {});
  const { text, resolved } = setting.expand('$GOFLAGS');
  return more.length > 0 || !resolved ? 'unknown' : detectModuleMode(runs, { GOFLAGS: text });
}
