import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readFileSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What stands at one path. A mode that is undefined stands for "whatever a new one gets". */
export type Entry =
  | { kind: 'folder'; mode: number | undefined }
  | { kind: 'link'; target: string }
  /** `source` is the content, or the file that holds it. */
  | { kind: 'file'; mode: number | undefined; hash: string; source: string | Buffer };

/** A stream takes longer than a small file. */
const SMALL_BYTES = 1_000_000;

/** Undefined for nothing, and for what is neither file, folder nor link. A link is never followed. */
export async function readEntry(path: string): Promise<Entry | undefined> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const mode = (found?.mode ?? 0) & 0o7777;
  if (found?.isDirectory()) return { kind: 'folder', mode };
  if (found?.isSymbolicLink()) return { kind: 'link', target: await readlink(path) };
  if (!found?.isFile()) return undefined;
  const hash = createHash('sha256');
  if (found.size < SMALL_BYTES) hash.update(readFileSync(path));
  else await pipeline(createReadStream(path), hash);
  return { kind: 'file', mode, hash: hash.digest('hex'), source: path };
}

/** A new file with this content. */
export const newFile = (content: Buffer): Entry => ({
  kind: 'file',
  mode: undefined,
  hash: createHash('sha256').update(content).digest('hex'),
  source: content,
});

/** Whether `wanted` need not be put there. The modes of folders do not count. */
export function isSame(there: Entry | undefined, wanted: Entry | undefined): boolean {
  if (there?.kind === 'file' && wanted?.kind === 'file') {
    const writable = ((there.mode ?? 0) & 0o200) !== 0;
    return (
      there.hash === wanted.hash &&
      (wanted.mode === undefined ? writable : there.mode === wanted.mode)
    );
  }
  if (there?.kind === 'link' && wanted?.kind === 'link') return there.target === wanted.target;
  return there?.kind === wanted?.kind;
}
