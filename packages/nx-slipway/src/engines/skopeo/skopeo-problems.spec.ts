import { reasonOfSkopeoFailure } from './skopeo-problems';

/** What skopeo 1.9.3 printed. */
const RECORDED: readonly (readonly [string, string])[] = [
  [
    String.raw`time="2026-11-24T08:59:36Z" level=fatal msg="Error parsing image name \"docker://127.0.0.1:44407/team/none:1\": reading manifest 1 in 127.0.0.1:44407/team/none: manifest unknown: manifest unknown"`,
    'reading manifest 1 in 127.0.0.1:44407/team/none: manifest unknown: manifest unknown',
  ],
  [
    String.raw`time="2026-11-24T08:59:36Z" level=fatal msg="Error parsing manifest for image: choosing image instance: no image found in image index for architecture arm64, variant \"\", OS linux"`,
    'choosing image instance: no image found in image index for architecture arm64, variant "", OS linux',
  ],
  [
    String.raw`time="2026-11-24T08:59:36Z" level=fatal msg="Error parsing image name \"docker://debian:12\": pinging container registry registry-1.docker.io: Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host"`,
    'pinging container registry registry-1.docker.io: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
  ],
];

test.each(RECORDED)('%s', (stderr, reason) => {
  expect(reasonOfSkopeoFailure(`${stderr}\n`)).toBe(reason);
});
