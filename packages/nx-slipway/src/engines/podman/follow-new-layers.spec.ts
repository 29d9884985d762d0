import { followNewLayers } from './follow-new-layers';

/** What podman 4.3.1 printed for a build whose first step was in its cache. */
const OUTPUT = `[1/2] STEP 1/2: FROM docker.io/library/debian:bookworm-slim AS tools
[1/2] STEP 2/2: RUN true
--> Using cache 2d71a8b1a7c5d9e5dd9a7f2ab6d2d1a77a0c8a0b29c2b6ff4a1b1f1c0e6c93aa
--> 2d71a8b1a7c
[2/2] STEP 1/2: FROM docker.io/library/debian:bookworm-slim
[2/2] STEP 2/2: RUN echo done
done
--> aa54e66b528
`;

it('gives the layers that a build made, and not those that it found', () => {
  const layers = followNewLayers();
  expect(OUTPUT.split('\n').flatMap((line) => layers.read(line) ?? [])).toEqual(['aa54e66b528']);
});

it('gives nothing for what a step prints', () => {
  expect(followNewLayers().read('--> building aa54e66b528')).toBeUndefined();
});
