import { readFile } from 'node:fs/promises';
import { execa } from 'execa';

/** How an image is made without a registry. */
export interface Recipe {
  /** Debian packages whose files make up the image; the first one's version must equal the image's tag. */
  packages: string[];
  /** What the official image has and this one lacks, in a few words. */
  lacks?: string;
  /** Puts in what is not in Debian. */
  finish?(rootfs: Rootfs, version: string): Promise<void>;
}

/** The file system of an image in the making. */
export interface Rootfs {
  /** Writes a file, creating its folders. Mode as in chmod. */
  write(path: string, content: string | Buffer, mode?: number): Promise<void>;
  /** Unpacks a package from the npm registry. */
  unpackFromNpm(spec: string, folder: string): Promise<void>;
  link(target: string, path: string): Promise<void>;
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

async function addNode(rootfs: Rootfs, version: string): Promise<void> {
  await rootfs.unpackFromNpm(`node-linux-${process.arch}@${version}`, '/usr/local');
  await rootfs.unpackFromNpm('npm@11', '/usr/local/lib/node_modules/npm');
  await rootfs.link('../lib/node_modules/npm/bin/npm-cli.js', '/usr/local/bin/npm');
  await rootfs.link('../lib/node_modules/npm/bin/npx-cli.js', '/usr/local/bin/npx');

  const { stdout: registry } = await execa('npm', ['config', 'get', 'registry']);
  await rootfs.write('/usr/local/etc/npmrc', `registry=${registry}\n`);
  const certificates = process.env.NODE_EXTRA_CA_CERTS ?? '/etc/ssl/certs/ca-certificates.crt';
  const bundle = await readFile(certificates).catch(() => '');
  await rootfs.write('/etc/ssl/certs/ca-certificates.crt', bundle);
}
