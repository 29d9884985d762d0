// Writes two workspaces with four images each, whose builds hold a given amount of memory for a given time.
//   node tools/bench/memory-workspaces.mjs FOLDER NODE_MODULES LIMIT_MIB SECONDS PREFIX
// Prints one line for each image: workspace, image, MiB. The sizes are to LIMIT_MIB as 1.5 to 6 GB are to 16 GB.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, nodeModules, limitMiB, seconds, prefix] = process.argv.slice(2);
const SIZES_GB = { a: [6, 3, 1.5, 4], b: [5, 2, 3, 1.5] };
const FULL_LIMIT_GB = 16;

for (const [workspace, sizes] of Object.entries(SIZES_GB)) {
  const root = join(folder, workspace);
  const write = (path, content) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  };
  write('nx.json', {
    parallel: 8,
    analytics: false,
    neverConnectToCloud: true,
    plugins: [{ plugin: 'nx-slipway', options: { cluster: false } }],
  });
  write('package.json', { name: `memory-${workspace}`, private: true });
  write('.gitignore', 'node_modules\n.nx\ndist\n');
  symlinkSync(nodeModules, join(root, 'node_modules'));
  sizes.forEach((gigabytes, index) => {
    const image = `${prefix}-${workspace}${index}`;
    const mebibytes = Math.round((gigabytes / FULL_LIMIT_GB) * Number(limitMiB));
    write(`${image}/project.json`, { name: image, targets: { 'image-build': { options: { network: 'none' } } } });
    write(`${image}/round.txt`, `${image}\n`);
    write(`${image}/Dockerfile`, dockerfile(mebibytes));
    console.log(`${workspace} ${image} ${mebibytes}`);
  });
}

// Each mebibyte is read from /dev/zero into a buffer of its own, so that the kernel really has to give it.
function dockerfile(mebibytes) {
  return `FROM docker.io/library/debian:bookworm-slim
COPY round.txt /
RUN perl -e 'open(Z, "<", "/dev/zero"); for (1..${mebibytes}) { my $b; sysread(Z, $b, 1 << 20) == 1 << 20 or die; push @held, \\$b } sleep ${seconds}'
`;
}
