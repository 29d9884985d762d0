import { parseDockerfile } from '../../dockerfile/parse-dockerfile';
import { cutAfterStage } from './cut-after-stage';

const dockerfile = 'ARG V=1\nFROM a AS Build\nRUN b\n# the rest\nFROM build as test\nRUN c\nFROM d\n';
const parsed = parseDockerfile(dockerfile, 'Dockerfile');

describe('cutAfterStage', () => {
  it.each(['build', 'BUILD', '0'])('leaves out what follows the stage %s', (stage) => {
    expect(cutAfterStage(dockerfile, parsed, stage)).toBe('ARG V=1\nFROM a AS Build\nRUN b\n# the rest\n');
  });

  it.each(['2', 'nosuch', '7'])('changes nothing for the stage %s', (stage) => {
    expect(cutAfterStage(dockerfile, parsed, stage)).toBe(dockerfile);
  });
});
