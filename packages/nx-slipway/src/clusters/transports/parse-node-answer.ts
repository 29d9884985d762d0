import { MARK } from './node-scripts';
import type { NodeContent, NodeImage } from './node-content';

/** What a node said. */
export interface NodeAnswer {
  readonly content: NodeContent;
  /** Exit code of the import, where there was one. */
  readonly importCode: number | undefined;
}

interface CheckedName {
  readonly reference: string;
  readonly digest: string;
  readonly isUnpacked: boolean;
}

/** A part of the answer: what its mark says, and the lines below. */
interface Part {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Reads what the scripts of `buildNodeCommand` print. `undefined` where the answer has no end: the command was cut off, or failed. Pure. */
export function parseNodeAnswer(stdout: string): NodeAnswer | undefined {
  const parts = splitParts(stdout);
  if (parts.at(-1)?.title !== 'end') return undefined;
  const linesOf = (title: string): readonly string[] => parts.find((part) => part.title === title)?.lines ?? [];
  const blobs = new Map(
    parts.flatMap(({ title, lines }) =>
      title.startsWith('blob ') ? [[title.slice('blob '.length), lines.join('\n')] as const] : [],
    ),
  );
  const names = linesOf('images').flatMap((line) => parseCheckedName(line) ?? []);
  const importCode = parts.find(({ title }) => title.startsWith('import '))?.title.slice('import '.length);
  return {
    content: {
      images: new Map(names.map((name) => [name.reference, describeImage(name, blobs)])),
      digests: new Set(linesOf('content').filter((line) => line.startsWith('sha256:'))),
    },
    importCode: importCode === undefined ? undefined : Number(importCode),
  };
}

function splitParts(stdout: string): Part[] {
  const [, ...parts] = `\n${stdout}`.split(`\n${MARK}`);
  return parts.map((part) => {
    const [title = '', ...lines] = part.split('\n');
    return { title, lines };
  });
}

/** A row of `ctr images check` (containerd 1.6 to 2.2): REF TYPE DIGEST STATUS SIZE UNPACKED, where status and size have blanks. */
function parseCheckedName(line: string): CheckedName | undefined {
  const [, reference, digest, unpacked] = /^(\S+)\s+\S+\s+(sha256:[0-9a-f]{64})\s.*\s(true|false)\s*$/.exec(line) ?? [];
  if (reference === undefined || digest === undefined) return undefined;
  return { reference, digest, isUnpacked: unpacked === 'true' };
}

function describeImage({ digest, isUnpacked }: CheckedName, blobs: ReadonlyMap<string, string>): NodeImage {
  return { imageIds: listImageIds(digest, blobs, 1), isUnpacked };
}

/** A manifest list names manifests; it is not followed further than that. */
function listImageIds(digest: string, blobs: ReadonlyMap<string, string>, depth: number): string[] {
  const manifest = parseManifest(blobs.get(digest) ?? '');
  const children = depth > 0 ? (manifest.manifests ?? []) : [];
  return [
    ...(manifest.config?.digest === undefined ? [] : [manifest.config.digest]),
    ...children.flatMap((child) => (child.digest === undefined ? [] : listImageIds(child.digest, blobs, depth - 1))),
  ];
}

interface Manifest {
  readonly config?: { readonly digest?: string };
  readonly manifests?: readonly { readonly digest?: string }[];
}

/** What cannot be read names no image: then the name is as good as not there. */
function parseManifest(json: string): Manifest {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
