import { expandVariables } from './expand-variables';

const VALUES: Record<string, string | null> = { name: 'web', empty: '', unset: null };

function expand(word: string, escape = '\\') {
  return expandVariables(word, (name) => VALUES[name], escape);
}

describe('expandVariables', () => {
  test.each([
    ['$name', 'web'],
    ['${name}', 'web'],
    ['a$name-b', 'aweb-b'],
    ['${name}b', 'webb'],
    ['\\$name', '$name'],
    ['$', '$'],
    ['$unset', ''],
    ['${unset:-x}', 'x'],
    ['${empty:-x}', 'x'],
    ['${empty-x}', ''],
    ['${unset-x}', 'x'],
    ['${name:-x}', 'web'],
    ['${name:+x}', 'x'],
    ['${empty:+x}', ''],
    ['${empty+x}', 'x'],
    ['${unset+x}', ''],
    ['${name:?must}', 'web'],
    ['${unset:-$name/${empty:-deep}}', 'web/deep'],
    ["'$name'", '$name'],
    ['"$name"', 'web'],
    ['"a b"', 'a b'],
    ['"\\$name"', '$name'],
    ['"\\n"', '\\n'],
  ])('%s is %j', (word, text) => {
    expect(expand(word)).toEqual({ text, resolved: true });
  });

  test.each(['$unknown', '${unknown:-x}', '${unset:?must}', '${name#w}', '${name', '"open', "'open", '${}'])(
    '%s is not resolved',
    (word) => {
      expect(expand(word).resolved).toBe(false);
    },
  );

  test('takes the escape character that the Dockerfile chose', () => {
    expect(expand('C:\\$name`$name', '`')).toEqual({ text: 'C:\\web$name', resolved: true });
  });
});
