import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder among the temporary ones of this machine. When it is disposed of, it is gone with all that is in it. */
export function temporaryFolder(name: string): AsyncDisposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  return {
    path,
    // Virus scanners may hold a file for a moment.
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
