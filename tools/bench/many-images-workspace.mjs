// Writes a workspace with many Dockerfiles, as large repositories have them, and nothing to build: for measuring inference.
//   node tools/bench/many-images-workspace.mjs FOLDER COUNT NODE_MODULES
// Of ten Dockerfiles six are a project's own, two are a project's second image, and two lie in a folder of no project and
// build from the workspace's root. Every fifth image is FROM the one before it; every project has a manifest and sources.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, countText, nodeModules] = process.argv.slice(2);
const count = Number(countText);
if (!folder || !nodeModules || !Number.isInteger(count) || count < 10) {
  throw new Error('usage: many-images-workspace.mjs FOLDER COUNT NODE_MODULES');
}

write('nx.json', { analytics: false, plugins: [{ plugin: 'nx-slipway', options: {} }] });
write('package.json', { name: 'many-images', private: true });
write('.gitignore', 'node_modules\n.nx\ndist\n');
write('.dockerignore', '.git\nnode_modules\ndocs\n**/*.md\n');
symlinkSync(nodeModules, join(folder, 'node_modules'));

let previous = 'docker.io/library/debian:bookworm-slim';
for (let index = 0; index < count; index++) {
  const kind = index % 10;
  if (kind < 6) writeService(index);
  else if (kind < 8) write(`services/service-${index - 6}/Dockerfile.worker`, dockerfileOf(previous, 'src'));
  else write(`docker/tool-${index}.Dockerfile`, dockerfileOf(previous, `libraries/group-${index % 50}`));
}
for (let group = 0; group < 50; group++) write(`libraries/group-${group}/code.go`, `package group${group}\n`);

function writeService(index) {
  const name = `service-${index}`;
  const root = `services/${name}`;
  const base = index % 5 === 0 ? previous : 'docker.io/library/debian:bookworm-slim';
  write(`${root}/project.json`, { name, targets: {} });
  write(`${root}/Dockerfile`, dockerfileOf(base, 'src'));
  write(`${root}/.dockerignore`, '*.md\ntest\n!test/data\n**/*.tmp\n');
  for (const file of ['main', 'server', 'store', 'main_test'])
    write(`${root}/src/${file}.go`, `package main // ${index}\n`);
  write(`${root}/k8s/${name}.yaml`, manifestOf(name));
  previous = name;
}

function dockerfileOf(base, source) {
  return `# syntax=docker/dockerfile:1
ARG BASE=${base}
FROM docker.io/library/golang:1.24 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/root/.cache/go-build go mod download
COPY ${source} ./
RUN CGO_ENABLED=0 go build -o /out/app .
FROM \${BASE}
COPY --from=build /out/app /usr/local/bin/app
USER 10001
ENTRYPOINT ["/usr/local/bin/app"]
`;
}

function manifestOf(name) {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: main
          image: ${name}
`;
}

function write(path, content) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}
