/**
 * Why skopeo could not read an image, from its log line: the last part, which is what the registry or the network said,
 * with the host where that tells more. Pure.
 */
export function reasonOfSkopeoFailure(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  const quoted = /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  const message = (quoted ?? line).replaceAll('\\"', '"').replace(/\\n/g, ' ').trim();
  return message.replace(/^Error parsing (?:image name|manifest for image)(?: "[^"]*")?: /, '').replace(/\.$/, '');
}
