import { workspaceImageNameOf } from '../../artifact/image-name';
import { keyTagOf } from '../../artifact/image-record';
import { SlipwayError } from '../../errors/slipway-error';
import type { BuildEquipment } from './build-equipment';
import type { PreparedBuild } from './prepare-build';

/** Triggers that read the build context. */
const READS_CONTEXT = /^(?:COPY|ADD)\s(?!.*--from=)|^RUN\s.*--mount=/is;

/**
 * Makes sure, after a build, that no base image registered an instruction that reads the build context without our knowing: the image was then given too little,
 * and is not kept under its key tag. Of bases that `slipway.lock.json` pins by digest it is known; the others are looked at in one call to the engine.
 * @throws {SlipwayError} CONTEXT_ONBUILD_UNKNOWN, CONTEXT_ONBUILD_OF_PROJECT where the base image is one of this workspace
 */
export async function assertTriggersKnown(prepared: PreparedBuild, equipment: BuildEquipment): Promise<void> {
  const { sources, projectImages, baseImages, job, contentKey } = prepared;
  const bases = new Map(
    sources.unknownTriggers.map(({ reference }) => [reference, projectImages[reference] ?? reference] as const),
  );
  if (bases.size === 0) return;
  const found = await equipment.store.findImages([...bases.values()]);
  for (const [reference, stored] of bases) {
    const triggers = found.get(stored)?.onbuild.filter((trigger) => READS_CONTEXT.test(trigger)) ?? [];
    if (triggers.length === 0) continue;
    await equipment.builder.removeImages([keyTagOf(job.image, contentKey)]);
    const facts = { reference, triggers: triggers.join('; ') };
    const image = workspaceImageNameOf(reference);
    const isOurs = image !== undefined && baseImages.includes(image) && !stored.includes('@');
    if (isOurs) throw new SlipwayError('CONTEXT_ONBUILD_OF_PROJECT', { ...facts, source: job.dockerfile });
    throw new SlipwayError('CONTEXT_ONBUILD_UNKNOWN', facts);
  }
}
