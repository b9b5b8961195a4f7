import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { docker, MachineFault } from '../engine/index.ts';

/** What a folder for a class says of itself. */
const manifest = z.object({
  /** The processors that the images are for, as the engine calls them: "amd64". */
  arch: z.string(),
  /** Which Node.js the workshop needs. */
  node: z.string(),
  /** The commit of the clone. */
  commit: z.string(),
  /** Where the packages came from. They are found in the cache by this address. */
  registry: z.string(),
  images: z.array(z.object({ full: z.string(), file: z.string() })),
  /** Images that were not there when it was packed. */
  missing: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifest>;

export const SUMS = 'SHA256SUMS';

/** The packages of the host, of what is built into images, and the clone. */
export const ARCHIVES = {
  packages: 'npm-cache.tar',
  imagePackages: 'npm-cache-images.tar',
  clone: 'workshop.tar',
};

/** The processors that this engine runs images of. */
export const engineArch = (): Promise<string> =>
  docker(['version', '--format', '{{.Server.Arch}}']);

/**
 * Every file of the folder, with its sum: in the form that `sha256sum --check` reads. Without hidden ones, which some ways to
 * copy leave out: nothing depends on them.
 */
export async function computeSums(folder: string): Promise<string> {
  const lines = [];
  const files = (await listFiles(folder)).filter(
    (name) => name !== SUMS && !/(^|[\\/])\./.test(name),
  );
  for (const file of files.sort())
    lines.push(`${await computeSum(join(folder, file))}  ${file.replaceAll('\\', '/')}\n`);
  return lines.join('');
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** What all its files take, in bytes. */
export async function computeSize(folder: string): Promise<number> {
  const sizes = (await listFiles(folder)).map(
    async (file) => (await stat(join(folder, file))).size,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** SHA-256, as hexadecimal digits. */
export async function computeSum(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part);
  return hash.digest('hex');
}

/**
 * Reads what lies in the folder, when it is what was packed.
 *
 * @throws MachineFault where it is not, naming the files
 */
export async function readStick(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => {
    throw new MachineFault('no-stick', { folder });
  });
  const packed = await readFile(join(folder, SUMS), 'utf8').catch(() => '');
  const here = await computeSums(folder);
  const missing = packed.split('\n').filter((line) => line && !here.includes(`${line}\n`));
  const files = [...new Set(missing.map((line) => line.slice(66) || SUMS))];
  // Its own last line would be the one that a copy lacks.
  const whole = Object.values(ARCHIVES).every((name) => packed.includes(`  ${name}\n`));
  if (!whole) files.push(SUMS);
  if (files.length > 0) throw new MachineFault('torn-copy', { folder, files: files.join(', ') });
  return manifest.parse(JSON.parse(text));
}
