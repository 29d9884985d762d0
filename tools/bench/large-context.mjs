// Writes a workspace with one image whose build context is as large as the one of the story: a `vendor/` of thousands of files.
//   node tools/bench/large-context.mjs FOLDER [FILES] [MEGABYTES]
// The program imports a few of the vendored packages; the ignore file lets all of them through, and git does not ignore them.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, fileCount = '8000', megabytes = '130'] = process.argv.slice(2);
const files = Number(fileCount);
const bytesPerFile = Math.floor((Number(megabytes) * 1_000_000) / files);
const FILES_PER_PACKAGE = 20;
const USED_PACKAGES = 10;
const packages = Math.ceil(files / FILES_PER_PACKAGE);
const used = Array.from({ length: USED_PACKAGES }, (_, index) => `example.org/lib${index}`);

write('nx.json', json({ plugins: [{ plugin: 'nx-slipway', options: { cluster: false } }], analytics: false }));
write('package.json', json({ name: 'large-context', private: true }));
write('.gitignore', 'node_modules\n.nx\ndist\n');
write('.dockerignore', '.git\n.nx\nnode_modules\ndist\n');
const modules = Array.from({ length: packages }, (_, index) => `example.org/lib${index}`);
write(
  'go.mod',
  `module example.com/large\n\ngo 1.22\n\nrequire (\n${modules.map((m) => `\t${m} v1.0.0`).join('\n')}\n)\n`,
);
write('vendor/modules.txt', modules.map((m) => `# ${m} v1.0.0\n## explicit; go 1.22\n${m}\n`).join(''));
for (const [index, module] of modules.entries()) writeModule(index, module);
write(
  'cmd/web/main.go',
  `package main\n\nimport (\n${used.map((m) => `\t_ "${m}"`).join('\n')}\n)\n\nfunc main() {}\n`,
);
write(
  'web/Dockerfile',
  'FROM docker.io/library/golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /out/web ./cmd/web\n',
);
const narrow = { 'COPY . .': { rules: ['go:./cmd/web'], trusted: true } };
write(
  'web/project.json',
  json({ name: 'web', targets: { 'image-build': { options: { buildContext: '{workspaceRoot}', narrow } } } }),
);

function writeModule(index, module) {
  const count = Math.min(FILES_PER_PACKAGE, files - index * FILES_PER_PACKAGE);
  for (let file = 0; file < count; file++) {
    const head = `package lib${index}\n\n// ${createHash('sha256').update(`${index}/${file}`).digest('hex')}\n`;
    write(`vendor/${module}/file${file}.go`, head + `// ${'x'.repeat(Math.max(0, bytesPerFile - head.length - 4))}\n`);
  }
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function write(path, text) {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
