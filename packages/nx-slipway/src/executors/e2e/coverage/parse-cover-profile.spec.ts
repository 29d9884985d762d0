import { parseCoverProfile, renderCoverage } from './parse-cover-profile';

/** As `go tool covdata textfmt` of Go 1.26 wrote it for a program that was built with Go 1.22. */
const RECORDED = `mode: set
example.com/t/main.go:12.13,17.2 4 1
example.com/t/a/a.go:3.19,4.11 1 1
example.com/t/a/a.go:4.11,6.3 1 0
example.com/t/a/a.go:7.2,7.10 1 1
`;

describe('parseCoverProfile', () => {
  it('counts the statements of each package', () => {
    expect(parseCoverProfile(RECORDED)).toEqual([
      { name: 'example.com/t', statements: 4, covered: 4 },
      { name: 'example.com/t/a', statements: 3, covered: 2 },
    ]);
  });

  it('counts a block of several programs once, as covered where one of them has run it', () => {
    const both = `${RECORDED}example.com/t/a/a.go:4.11,6.3 1 1\nexample.com/t/a/a.go:7.2,7.10 1 0\n`;
    expect(parseCoverProfile(both)[1]).toEqual({ name: 'example.com/t/a', statements: 3, covered: 3 });
  });
});

describe('renderCoverage', () => {
  it('says how much of each package was run, and of all', () => {
    expect(renderCoverage(parseCoverProfile(RECORDED))).toEqual([
      '100.0% of     4 statements  example.com/t',
      ' 66.7% of     3 statements  example.com/t/a',
      ' 85.7% of     7 statements  total',
    ]);
  });

  it('says nothing of what is not there', () => {
    expect(renderCoverage([])).toEqual(['  0.0% of     0 statements  total']);
  });
});
