import { listChanges } from './list-changes';
import { parseObjects } from './testing/parse-objects';

const object = (kind: string, name: string, extra = ''): string =>
  `{ apiVersion: v1, kind: ${kind}, metadata: { name: ${name} }${extra} }\n`;

describe('listChanges', () => {
  it('compares all but workloads, which are judged by their pods; volumes of claims stay', () => {
    const before = parseObjects(
      [
        object('ConfigMap', 'same'),
        object('ConfigMap', 'other'),
        object('Pod', 'gone'),
        object('PersistentVolumeClaim', 'data'),
      ].join('---\n'),
    );
    const after = parseObjects(
      [
        object('ConfigMap', 'same'),
        object('ConfigMap', 'other', ', data: { a: b }'),
        object('Secret', 'new'),
        object('Pod', 'run'),
      ].join('---\n'),
    );
    const changes = listChanges(before, after, new Map([['Pod default/run', 'replaced' as const]]));
    expect(changes.map(({ kind, name, change }) => `${kind} ${name} ${change}`)).toEqual([
      'ConfigMap same unchanged',
      'ConfigMap other replaced',
      'Secret new created',
      'Pod run replaced',
      'Pod gone removed',
    ]);
  });
});
