import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** How an image is made without a registry. */
export interface Recipe {
  /** Debian packages whose files make up the image; the first one's version must equal the image's tag. */
  packages: string[];
  /** What the official image has and this one lacks, in a few words. */
  lacks?: string;
  /** Puts what is not in Debian into the folder that becomes the image's file system. */
  finish?(rootfs: string, version: string): Promise<void>;
}

const BASE = ['libc6', 'busybox-static'];

/** One recipe for each repository that Debian or npm can replace. Grafana is in neither. */
export const RECIPES: Record<string, Recipe> = {
  'prom/prometheus': { packages: ['prometheus', 'promtool', ...BASE], lacks: 'no web UI' },
  // A time interval may name a place: Europe/Berlin.
  'prom/alertmanager': {
    packages: ['prometheus-alertmanager', 'tzdata', ...BASE],
    lacks: 'no web UI',
  },
  'prom/node-exporter': { packages: ['prometheus-node-exporter', ...BASE] },
  'prom/blackbox-exporter': { packages: ['prometheus-blackbox-exporter', ...BASE] },
  'prom/pushgateway': { packages: ['prometheus-pushgateway', ...BASE] },
  'victoriametrics/victoria-metrics': { packages: ['victoria-metrics', 'libzstd1', ...BASE] },
  node: { packages: ['libstdc++6', 'libgcc-s1', 'libatomic1', ...BASE], finish: addNode },
};

async function addNode(rootfs: string, version: string): Promise<void> {
  const local = join(rootfs, 'usr/local');
  await unpackFromNpm(`node-linux-${process.arch}@${version}`, local);
  await unpackFromNpm('npm@11', join(local, 'lib/node_modules/npm'));
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));

  const { stdout: registry } = await execa('npm', ['config', 'get', 'registry']);
  await mkdir(join(local, 'etc'), { recursive: true });
  await writeFile(join(local, 'etc/npmrc'), `registry=${registry}\n`, { mode: 0o644 });
  const certificates = process.env.NODE_EXTRA_CA_CERTS ?? '/etc/ssl/certs/ca-certificates.crt';
  const bundle = await readFile(certificates).catch(() => '');
  const trusted = join(rootfs, 'etc/ssl/certs');
  await mkdir(trusted, { recursive: true });
  await writeFile(join(trusted, 'ca-certificates.crt'), bundle, { mode: 0o644 });
}

/** Unpacks a package from the npm registry into a folder. */
async function unpackFromNpm(spec: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pack = ['pack', '--silent', '--pack-destination', folder, spec];
  const { stdout } = await execa('npm', pack);
  const archive = join(folder, stdout.trim().split('\n').at(-1) ?? '');
  await execa('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
  await rm(archive);
}
