import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long Debian's docker-registry may take until it answers. */
const START_LIMIT_MS = 20_000;

/** What an image in the registry is made of. */
export interface RegistryImage {
  readonly architecture: string;
  /** Put into the config, so that images differ. */
  readonly comment: string;
  readonly onbuild?: readonly string[];
}

/** Debian's docker-registry on a free port of this machine, without TLS. */
export class RegistryLab {
  private constructor(
    /** `127.0.0.1:<port>` */
    readonly host: string,
    private readonly folder: string,
    private readonly server: ChildProcess,
  ) {}

  static async start(): Promise<RegistryLab> {
    const folder = await mkdtemp(join(tmpdir(), 'nx-slipway-registry-'));
    const host = `127.0.0.1:${await findFreePort()}`;
    await writeFile(
      join(folder, 'config.yml'),
      `version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: "${join(folder, 'storage')}" } }
http: { addr: "${host}" }
`,
    );
    await writeFile(
      join(folder, 'registries.conf'),
      `unqualified-search-registries = []\n[[registry]]\nlocation = "${host}"\ninsecure = true\n`,
    );
    await mkdir(join(folder, 'storage'));
    const server = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
    const registry = new RegistryLab(host, folder, server);
    await registry.waitUntilUp();
    return registry;
  }

  /** Lets podman and skopeo talk to the registry without TLS, and changes no settings of the machine. */
  get env(): NodeJS.ProcessEnv {
    return { CONTAINERS_REGISTRIES_CONF: join(this.folder, 'registries.conf') };
  }

  async stop(): Promise<void> {
    this.server.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Puts an image of one empty layer there. @returns the digest of its manifest */
  async push(repository: string, tag: string, image: RegistryImage): Promise<string> {
    const { digest, body } = await this.pushManifest(repository, image);
    await this.put(`/v2/${repository}/manifests/${tag}`, MANIFEST, body);
    return digest;
  }

  /** Puts a manifest list there. @returns its digest */
  async pushList(repository: string, tag: string, images: readonly RegistryImage[]): Promise<string> {
    const manifests = [];
    for (const image of images) {
      const { digest, body } = await this.pushManifest(repository, image);
      const platform = { os: 'linux', architecture: image.architecture };
      manifests.push({ mediaType: MANIFEST, digest, size: body.length, platform });
    }
    // Not compact, as registries have them: a digest is that of the bytes.
    const body = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_LIST, manifests }, null, 3);
    await this.put(`/v2/${repository}/manifests/${tag}`, MANIFEST_LIST, body);
    return digestOf(body);
  }

  private async pushManifest(repository: string, image: RegistryImage): Promise<{ digest: string; body: string }> {
    const config = JSON.stringify({
      architecture: image.architecture,
      os: 'linux',
      config: { Labels: { comment: image.comment }, OnBuild: image.onbuild ?? null },
      rootfs: { type: 'layers', diff_ids: [digestOf(EMPTY_TAR)] },
      history: [{ created_by: 'test' }],
    });
    const body = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        digest: await this.putBlob(repository, config),
        size: config.length,
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar',
          digest: await this.putBlob(repository, EMPTY_TAR),
          size: EMPTY_TAR.length,
        },
      ],
    });
    await this.put(`/v2/${repository}/manifests/${digestOf(body)}`, MANIFEST, body);
    return { digest: digestOf(body), body };
  }

  private async putBlob(repository: string, content: string): Promise<string> {
    const started = await fetch(`http://${this.host}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    const location = new URL(started.headers.get('location') ?? '', `http://${this.host}`);
    location.searchParams.set('digest', digestOf(content));
    await this.put(location.pathname + location.search, 'application/octet-stream', content);
    return digestOf(content);
  }

  private async put(path: string, type: string, body: string): Promise<void> {
    const answer = await fetch(`http://${this.host}${path}`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body,
    });
    if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
  }

  private async waitUntilUp(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    for (;;) {
      const isUp = await fetch(`http://${this.host}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp) return;
      if (Date.now() > deadline || this.server.exitCode !== null) throw new Error('docker-registry does not answer');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
/** Two blocks of zeros: a tar without entries. */
const EMPTY_TAR = '\0'.repeat(1024);

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** docker-registry does not tell which port it got for `:0`. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
