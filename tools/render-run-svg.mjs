// Renders a recorded run as an SVG, for the README.
//   node tools/render-run-svg.mjs TRANSCRIPT > docs/first-and-second-run.svg
// TRANSCRIPT is plain text; lines that begin with "$ " are what was typed.
import { readFileSync } from 'node:fs';

const LINE_HEIGHT = 19;
const CHARACTER_WIDTH = 7.83;
const MARGIN = 18;
const COLOURS = { text: '#c9d1d9', typed: '#58a6ff', good: '#3fb950', title: '#e3b341', faint: '#8b949e' };

const lines = readFileSync(process.argv[2], 'utf8').trimEnd().split('\n');
const columns = Math.max(...lines.map((line) => line.length));
const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * MARGIN);
const height = lines.length * LINE_HEIGHT + 2 * MARGIN;

const rows = lines.map((line, index) => {
  const y = MARGIN + (index + 0.75) * LINE_HEIGHT;
  return `<text x="${MARGIN}" y="${y.toFixed(1)}" fill="${colourOf(line)}" xml:space="preserve">${escape(line)}</text>`;
});

console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>Two runs of nx run aianalysis:e2e</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
${rows.join('\n')}
</g>
</svg>`);

function colourOf(line) {
  if (line.startsWith('$ ')) return COLOURS.typed;
  if (/Successfully|passed|ready|local cache/.test(line)) return COLOURS.good;
  if (/ NX | PASS /.test(line)) return COLOURS.title;
  return /^\s*(…|real)/.test(line) ? COLOURS.faint : COLOURS.text;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
