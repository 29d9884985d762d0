import { pinBases } from './pin-bases';

const DIGEST = `sha256:${'1'.repeat(64)}`;

describe('pinBases', () => {
  test('replaces tags by the pinned digest, and leaves ports of registries alone', () => {
    const bases = {
      'debian:12': { digest: DIGEST },
      'localhost:5000/team/base': { digest: DIGEST },
      'localhost:5000/team/base:1': { digest: DIGEST },
    };
    expect(pinBases(Object.keys(bases), { bases })).toEqual({
      'debian:12': `debian@${DIGEST}`,
      'localhost:5000/team/base': `localhost:5000/team/base@${DIGEST}`,
      'localhost:5000/team/base:1': `localhost:5000/team/base@${DIGEST}`,
    });
  });

  test('leaves out what has no digest in the lock, or one of its own', () => {
    const own = `debian@${DIGEST}`;
    const bases = { made: { recipe: 'make.sh' }, [own]: { digest: DIGEST }, unused: { digest: DIGEST } };
    expect(pinBases(['made', own, 'constructor'], { bases })).toEqual({});
  });
});
