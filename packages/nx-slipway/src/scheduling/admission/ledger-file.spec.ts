import { assertOwner } from './ledger-file';

it.each([
  ['the user has', 1000, 1000],
  ['root looks at', 1000, 0],
  ['a system without users has', 0, undefined],
])('a folder that %s is taken', (_, owner, user) => {
  expect(() => assertOwner('/tmp/nx-slipway-1000', owner, user)).not.toThrow();
});

it('a folder that another user has made is not taken', () => {
  expect(() => assertOwner('/tmp/nx-slipway-1000', 1001, 1000)).toThrow('/tmp/nx-slipway-1000 belongs to another user');
});
