import { splitEnvironment } from './split-environment';

describe('splitEnvironment', () => {
  it('puts variables into a file as they are, and those with line ends or of great length beside it', () => {
    const long = 'x'.repeat(70_000);
    expect(
      splitEnvironment([
        ['PLAIN', 'a "b" $c #d'],
        ['KEY', 'one\ntwo'],
        ['LONG', long],
      ]),
    ).toEqual({ file: 'PLAIN=a "b" $c #d\n', inherited: { KEY: 'one\ntwo', LONG: long } });
  });
});
