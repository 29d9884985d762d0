import { BUILDKIT_MOUNT_KEYS, PODMAN_MOUNT_KEYS } from './assert-instruction';
import type { EngineOnlySyntax } from './copy-sources';
import type { DockerfileInstruction, ParsedDockerfile } from './parsed-dockerfile';
import { readMounts } from './read-mounts';
import type { NeededStage, RunInstruction } from './select-stages';

/** Flags that podman 4.3 refuses, and the first version of podman seen to have them; `null` where none has (up to podman 5.7). */
const PODMAN_FLAGS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  ADD: { checksum: '4.8', link: '5.6', 'keep-git-dir': null, exclude: '5.3', unpack: null },
  COPY: { link: '5.6', parents: '5.5', exclude: '5.3' },
  HEALTHCHECK: { 'start-interval': '5.1' },
  RUN: { network: '4.8', security: null, device: null },
};
/** buildah 1.33. */
const HEREDOC_SINCE = '4.8';
const DOCKER_HEREDOC_SINCE = '23.0';
/** imagebuilder 1.2.14. */
const PATTERN_OPERATORS_SINCE = '5.2';

/**
 * What a Dockerfile uses that only one engine understands, or that the engines understand in different ways, in the stages that
 * are needed. Sources: BuildKit v0.34.2; imagebuilder v1.2.4 to v1.2.19 and buildah v1.28 to v1.42 as the podman versions have them; podman 4.3.1 itself.
 */
export function listEngineSyntax(dockerfile: ParsedDockerfile, needed: readonly NeededStage[]): EngineOnlySyntax[] {
  const ofFile = dockerfile.doubts.map(({ engine, line, what }) => ({
    ...only(engine, line, what, null),
    readDifferently: true,
  }));
  const ofStages = needed.flatMap(({ run }) => run.flatMap((step) => listOfStep(step)));
  const neededStages = needed.map(({ stage }) => stage);
  const others = dockerfile.stages.filter((stage) => !neededStages.includes(stage));
  // Whoever does not know heredocs takes their lines for instructions, whatever stage they are in.
  return [...ofFile, ...ofStages, ...others.flatMap(({ instructions }) => instructions.flatMap(listHeredocs))];
}

function listOfStep(step: RunInstruction): EngineOnlySyntax[] {
  const { instruction } = step;
  return [
    ...listFlags(instruction),
    ...listMountKeys(instruction),
    ...listOperators(step),
    ...listHeredocs(instruction),
  ];
}

function listHeredocs({ heredocs, keyword, line }: DockerfileInstruction): EngineOnlySyntax[] {
  if (heredocs.length === 0) return [];
  return [
    { ...only('buildkit', line, `a heredoc (<<) in ${keyword}`, HEREDOC_SINCE), dockerSince: DOCKER_HEREDOC_SINCE },
  ];
}

function listFlags({ keyword, flags, line }: DockerfileInstruction): EngineOnlySyntax[] {
  const known = PODMAN_FLAGS[keyword] ?? {};
  return flags.flatMap(({ name, value }) => {
    if (keyword === 'COPY' && name === 'from' && value?.includes('$')) {
      return [only('podman', line, 'a variable in COPY --from', '4.3')];
    }
    return Object.hasOwn(known, name) ? [only('buildkit', line, `${keyword} --${name}`, known[name] ?? null)] : [];
  });
}

function listMountKeys(instruction: DockerfileInstruction): EngineOnlySyntax[] {
  return readMounts(instruction).flatMap(({ fields, from, type, target }) => {
    const podmanKeys = fields.filter(([key]) => PODMAN_MOUNT_KEYS.includes(key) && !BUILDKIT_MOUNT_KEYS.includes(key));
    const found = podmanKeys.map(([key]) =>
      only('podman', instruction.line, `the option ${key} of RUN --mount`, '4.3'),
    );
    if (from?.includes('$')) found.push(only('podman', instruction.line, 'a variable in RUN --mount=from', '4.3'));
    if (type === 'bind' && target === null) {
      found.push(only('buildkit', instruction.line, 'RUN --mount=type=bind without a target', null));
    }
    return found;
  });
}

/** Only instructions whose words the engine itself resolves. */
const EXPANDING = ['ADD', 'ARG', 'COPY', 'ENV', 'EXPOSE', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'];

function listOperators({ instruction }: RunInstruction): EngineOnlySyntax[] {
  if (!EXPANDING.includes(instruction.keyword)) return [];
  const operators = [...instruction.text.matchAll(/\$\{\w+(?!:[-+?])(:?[^\w}:])/g)].map(
    ([, operator]) => operator ?? '',
  );
  return [...new Set(operators)].map((operator) => {
    const since = '#%/'.includes(operator) ? PATTERN_OPERATORS_SINCE : null;
    return only('buildkit', instruction.line, `the operator ${operator} of a substitution`, since);
  });
}

function only(
  engine: EngineOnlySyntax['engine'],
  line: number,
  what: string,
  podmanSince: string | null,
): EngineOnlySyntax {
  return { engine, line, what, podmanSince, dockerSince: null, readDifferently: false };
}
