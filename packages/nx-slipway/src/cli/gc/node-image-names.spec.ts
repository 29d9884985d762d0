import { findUnusedNames, removableNames } from './node-image-names';

const ID = '0123456789abcdef01234567';
const WEB = `localhost/web:i-${ID}`;
const OLD = 'localhost/web:i-aaaaaaaaaaaaaaaaaaaaaaaa';

describe('findUnusedNames', () => {
  it('takes only image tags of this plugin that no object names', () => {
    const names = [
      WEB,
      OLD,
      OLD,
      'registry.k8s.io/pause:3.10',
      'localhost/web:latest',
      `sha256:${ID}${'0'.repeat(40)}`,
    ];
    expect(findUnusedNames(names, JSON.stringify({ image: WEB }))).toEqual([OLD]);
    expect(findUnusedNames(names, '')).toEqual([WEB, OLD]);
  });
});

describe('removableNames', () => {
  const byId = `sha256:${ID}${'0'.repeat(40)}`;
  it('removes the name by ID with the tag, unless another tag of the image stays', () => {
    expect(removableNames(WEB, [WEB, byId, OLD])).toEqual([WEB, byId]);
    expect(removableNames(WEB, [WEB, byId, `localhost/other:i-${ID}`])).toEqual([WEB]);
    expect(removableNames(WEB, [OLD])).toEqual([]);
  });
});
