import { posix } from 'node:path';
import { describeSecret, findStagedSecrets } from '../../executors/image-build/find-secret-warnings';
import { contextsInQuestion, type DoctorGround } from './check';
import type { Finding } from './finding';

/** Files of staged contexts that look like secrets. */
export function checkSecrets(ground: DoctorGround): readonly Finding[] {
  return contextsInQuestion(ground).flatMap(({ job, prepared }) =>
    findStagedSecrets(prepared.buildContext).map((secret) => ({
      image: job.image,
      file: posix.join(job.buildContext, secret.path),
      line: null,
      problem: describeSecret(job, secret),
    })),
  );
}
