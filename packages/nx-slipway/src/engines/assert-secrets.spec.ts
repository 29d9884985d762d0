import { parseSecret } from './assert-secrets';

describe('parseSecret', () => {
  it.each([
    ['id=pip,src=/etc/pip conf', { id: 'pip', kind: 'file', source: '/etc/pip conf' }],
    ['id=pip,source=/a=b', { id: 'pip', kind: 'file', source: '/a=b' }],
    ['id=token,env=TOKEN', { id: 'token', kind: 'environment', source: 'TOKEN' }],
    ['id=TOKEN', { id: 'TOKEN', kind: 'environment', source: 'TOKEN' }],
  ])('reads %s', (secret, expected) => expect(parseSecret(secret)).toEqual(expected));
});
