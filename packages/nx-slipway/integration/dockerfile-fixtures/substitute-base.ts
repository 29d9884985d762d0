import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlainEngine } from '../plain-engines';
import { BASE } from '../podman-engine-lab';

/** What the RUN lines of `makeRunnable` run in an image of `buildSubstituteBase`: it keeps what is mounted below `/mounts`. */
export const RECORD_MOUNTS = '["/bin/sh", "/record-mounts"]';

const RECORD_MOUNTS_SCRIPT = `#!/bin/sh
while read -r _ _ _ _ point _; do
  case "$point" in / | /proc* | /dev* | /sys* | /run* | /etc* | /var/run*) continue ;; esac
  point=$(printf '%b' "$point")
  mkdir -p "/mounts$point"
  cp -R "$point" "/mounts$point/"
done </proc/self/mountinfo
`;

/** What fixtures copy out of images and stages. */
const FILES: Readonly<Record<string, string>> = {
  'record-mounts': RECORD_MOUNTS_SCRIPT,
  'base/etc/passwd': 'root:x:0:0::/:/bin/sh\na b:x:1000:1000::/:/bin/sh\n',
  'base/etc/group': 'root:x:0:\na b:x:1000:\n',
  'base/out/server': 'server',
  'base/wheels/a.whl': 'wheel',
  'base/repo/node_modules/a/index.js': 'module',
  'base/repo/dist/packages/api/main.js': 'program',
};

const DOCKERFILE = `FROM ${BASE} AS tools
RUN mkdir /small && for program in /bin/sh /bin/cp /bin/mkdir; do \\
      cp --parents -L $program $(ldd $program | grep -o '/[^ ]*') /small; done
FROM scratch
COPY --from=tools /small /
COPY record-mounts base /
`;

/** Builds a small image, in a folder, that the stages of fixtures are made from. */
export async function buildSubstituteBase(engine: PlainEngine, place: string, tag: string): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), content);
  }
  await build(engine, place, DOCKERFILE, tag);
}

/** The tag of what `buildTriggeringBase` builds; one at a time has it. */
export const triggeringBaseOf = (base: string): string => `${base}-triggers`;

/** Builds an image upon it that registers ONBUILD triggers, which are runnable already. */
export async function buildTriggeringBase(
  engine: PlainEngine,
  place: string,
  base: string,
  triggers: readonly string[],
): Promise<string> {
  const tag = triggeringBaseOf(base);
  await build(engine, place, [`FROM ${base}`, ...triggers.map((trigger) => `ONBUILD ${trigger}`), ''].join('\n'), tag);
  return tag;
}

async function build(engine: PlainEngine, place: string, dockerfile: string, tag: string): Promise<void> {
  writeFileSync(join(place, 'Dockerfile'), dockerfile);
  await engine.build(place, join(place, 'Dockerfile'), tag, ['--network=none']);
}
