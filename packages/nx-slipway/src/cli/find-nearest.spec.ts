import { findNearest, renderSuggestion } from './find-nearest';

describe('findNearest', () => {
  test.each([
    ['lcok', 'lock'],
    ['doctr', 'doctor'],
    ['Lock', 'lock'],
    ['explain', undefined],
    ['x', undefined],
  ])('%s: %s', (name, expected) => {
    expect(findNearest(name, ['doctor', 'lock', 'a'])).toBe(expected);
  });

  test('is told as a question', () => {
    expect(renderSuggestion('jsn', ['json'], '--')).toBe(' Did you mean "--json"?');
    expect(renderSuggestion('quiet', ['json'])).toBe('');
  });
});
