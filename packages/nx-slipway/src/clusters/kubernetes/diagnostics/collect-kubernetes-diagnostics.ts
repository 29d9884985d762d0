import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OWNER_LABEL, ownerLabelOf } from '../apply/ownership';
import type { KubernetesTools } from '../kubernetes-tools';
import { readRedactor } from '../secrets/read-redactor';

/** Lines of each container's log. */
const LOG_LINES = 2_000;

/**
 * Writes what became of the deploys of some owners below a folder: states, events and the ends of the logs of all containers. Values of
 * Secrets are redacted. @returns the files' absolute paths
 */
export async function collectKubernetesDiagnostics(
  owners: readonly string[],
  folder: string,
  edge: KubernetesTools,
): Promise<readonly string[]> {
  const redact = await readRedactor([edge.target.namespace], edge);
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const owner of owners) {
    const selector = ['--selector', `${OWNER_LABEL}=${ownerLabelOf(owner)}`];
    const questions = {
      states: ['describe', 'all', ...selector],
      logs: ['logs', ...selector, '--all-containers', '--prefix', '--tail', String(LOG_LINES)],
    };
    for (const [topic, args] of Object.entries(questions)) {
      const file = join(folder, `${owner}.${topic}.txt`);
      await writeFile(file, redact((await edge.kubectl.attempt(args)).output));
      files.push(file);
    }
  }
  return files;
}
