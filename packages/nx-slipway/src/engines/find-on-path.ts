import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The first executable file of that name in the folders of `pathVariable`. */
export async function findOnPath(name: string, pathVariable: string): Promise<string | undefined> {
  for (const folder of pathVariable.split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(folder, name);
    const isExecutable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable && (await stat(candidate)).isFile()) return candidate;
  }
  return undefined;
}
