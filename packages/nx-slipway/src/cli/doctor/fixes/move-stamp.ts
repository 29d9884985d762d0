import type { DoctorGround } from '../check';
import type { Fix, JsonChange } from './fix';
import { readJsonAt, type OptionsPlace } from './place-of-options';

/**
 * Moves a build argument to the stamps, in the file that sets it. Nx takes `stamps` and `buildArgs` whole from the place that wins, so what
 * comes from another place is written out, and an empty `buildArgs` stays where one of another place would come through. Pure but for reading through `readText`.
 * @param stamps the stamps that the target has now, wherever they come from
 */
export function moveStamp(
  name: string,
  value: string,
  { file, path }: OptionsPlace,
  stamps: Readonly<Record<string, string>>,
  readText: DoctorGround['readText'],
): Fix {
  const text = readText(file) ?? '';
  const hasStamps = readJsonAt(text, [...path, 'stamps']) !== undefined;
  const changes: JsonChange[] = [
    { path: [...path, 'buildArgs', name], value: undefined },
    hasStamps
      ? { path: [...path, 'stamps', name], value }
      : { path: [...path, 'stamps'], value: { ...stamps, [name]: value } },
  ];
  return { kind: 'json', file, changes, summary: `moves ${name} from buildArgs to stamps` };
}
