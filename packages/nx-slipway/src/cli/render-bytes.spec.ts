import { renderBytes } from './render-bytes';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [69_041, '69.0 kB'],
  [83_000_000, '83.0 MB'],
  [1_048_576, '1.0 MB'],
  [2_500_000_000, '2.5 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(renderBytes(bytes)).toBe(text);
});
