import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { ARCHIVES, computeSums, type Manifest, SUMS } from './stick.ts';

/** A new folder, which is gone when the test that asks for it has finished. */
export function testFolder(name: string): string {
  const folder = temporaryFolder(name);
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

/** Such a folder as `pack` writes it, with next to nothing in it. */
export async function smallStick(changes: Partial<Manifest> = {}): Promise<string> {
  const folder = testFolder('stick');
  const [full, file] = ['prom/prometheus:v1', 'images/prom-prometheus-v1.tar.gz'];
  const manifest: Manifest = {
    ...{ arch: 'amd64', node: '>=20.19', registry: 'https://registry.example/' },
    commit: '0'.repeat(40),
    ...{ images: [{ full, file }], missing: [], ...changes },
  };
  await mkdir(join(folder, 'images'));
  for (const name of [file, ...Object.values(ARCHIVES)])
    await writeFile(join(folder, name), `the bytes of ${name}`);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, SUMS), await computeSums(folder));
  return folder;
}
