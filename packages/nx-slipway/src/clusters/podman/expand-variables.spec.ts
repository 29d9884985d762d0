import { expandVariables } from './expand-variables';

describe('expandVariables', () => {
  const variables = new Map([
    ['HOST', 'db'],
    ['PORT', '5432'],
    ['EMPTY', ''],
    ['NESTED', '$(HOST)'],
  ]);

  it.each([
    ['$(HOST):$(PORT)', 'db:5432'],
    ['$$(HOST)', '$(HOST)'],
    ['$$$(HOST)', '$db'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['[$(EMPTY)]', '[]'],
    ['$HOST ${HOST} $', '$HOST ${HOST} $'],
    ['$(HOST', '$(HOST'],
    ['$(NESTED)', '$(HOST)'],
  ])('%s gives %s', (text, expected) => {
    expect(expandVariables(text, variables)).toBe(expected);
  });
});
