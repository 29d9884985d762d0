import { expandVariables } from './expand-variables';

const VALUES: Record<string, string | null> = { name: 'web', empty: '', unset: null };

function expand(word: string, escape = '\\') {
  return expandVariables(word, (name) => VALUES[name], { dialect: 'buildkit', escape });
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
    ['${name#w}', 'eb'],
    ['${name%?}', 'we'],
    ['${name##*e}', 'b'],
    ['${name%%e*}', 'w'],
    ['${name/e/E}', 'wEb'],
    ['${name//?/x}', 'xxx'],
    ['${unset:-$name/${empty:-deep}}', 'web/deep'],
    ["'$name'", '$name'],
    ['"$name"', 'web'],
    ['"a b"', 'a b'],
    ['"\\$name"', '$name'],
    ['"\\n"', '\\n'],
  ])('%s is %j', (word, text) => {
    expect(expand(word)).toMatchObject({ text, resolved: true });
  });

  test.each(['$unknown', '${unknown:-x}', '${unset:?must}', '${name', '"open', "'open", '${}'])(
    '%s is not resolved',
    (word) => {
      expect(expand(word).resolved).toBe(false);
    },
  );

  test('takes the escape character that the Dockerfile chose', () => {
    expect(expand('C:\\$name`$name', '`')).toMatchObject({ text: 'C:\\web$name', resolved: true });
  });
});
