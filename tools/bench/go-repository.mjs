// Writes a workspace with one Go module and some images that all say `COPY . .`, as such repositories do.
//   node tools/bench/go-repository.mjs FOLDER [GO_FILES] [IMAGES]
// Packages import each other in layers, so that each image needs a part of them; tests and documents lie beside them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, goFiles = '1500', imageCount = '13'] = process.argv.slice(2);
const FILES_PER_PACKAGE = 5;
const IMPORTS_PER_PACKAGE = 3;
const packages = Math.round(Number(goFiles) / FILES_PER_PACKAGE);
const images = Number(imageCount);

write('nx.json', json({ plugins: [{ plugin: 'nx-slipway', options: { cluster: false } }], analytics: false }));
write('package.json', json({ name: 'go-repository', private: true }));
write('.gitignore', 'node_modules\n.nx\ndist\n');
write('.dockerignore', 'node_modules\n.nx\n.git\ndist\n');
write('go.mod', 'module example.com/shop\n\ngo 1.22\n');
write('README.md', '# shop\n');
for (let index = 0; index < packages; index++) writePackage(index);
for (let index = 0; index < images; index++) writeImage(index);

function writePackage(index) {
  const name = `p${index}`;
  // A package imports some of those after it, so there is no cycle; the farther, the fewer.
  const imports = Array.from({ length: IMPORTS_PER_PACKAGE }, (_, step) => index + 7 * (step + 1) + (index % 5)).filter(
    (other) => other < packages,
  );
  for (let file = 0; file < FILES_PER_PACKAGE - 1; file++) {
    const imported = file === 0 ? imports : [];
    const lines = imported.map((other) => `\t"example.com/shop/internal/p${other}"\n`).join('');
    const uses = imported.map((other) => `p${other}.Value0()`).join(' + ') || String(file);
    const block = lines === '' ? '' : `import (\n${lines})\n\n`;
    write(
      `internal/${name}/file${file}.go`,
      `package ${name}\n\n${block}// Value${file} is the sum of what it imports.\nfunc Value${file}() int { return ${uses} }\n`,
    );
  }
  write(`internal/${name}/file_test.go`, `package ${name}\n\nimport "testing"\n\nfunc TestValue(t *testing.T) {}\n`);
}

function writeImage(index) {
  const name = `service${index}`;
  const first = Math.floor((index * packages) / images);
  write(
    `cmd/${name}/main.go`,
    `package main\n\nimport "example.com/shop/internal/p${first}"\n\nfunc main() { println(p${first}.Value0()) }\n`,
  );
  write(
    `services/${name}/Dockerfile`,
    [
      'FROM docker.io/library/golang:1.22 AS build',
      'WORKDIR /src',
      'COPY go.mod ./',
      'RUN go mod download',
      'COPY . .',
      `RUN CGO_ENABLED=0 go build -o /out/${name} ./cmd/${name}`,
      'FROM scratch',
      `COPY --from=build /out/${name} /${name}`,
      `ENTRYPOINT ["/${name}"]`,
      '',
    ].join('\n'),
  );
  const options = {
    buildContext: '{workspaceRoot}',
    narrow: { 'COPY . .': { rules: [`go:./cmd/${name}`], trusted: true } },
  };
  write(`services/${name}/project.json`, json({ name, targets: { 'image-build': { options } } }));
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function write(path, text) {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
