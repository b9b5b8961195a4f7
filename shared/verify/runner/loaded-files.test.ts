import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../root.ts';

/** A maintainer who follows one verdict can read so many files. */
const MOST = 80;

/** Imported by other commands, for the usage, other steps and tests only, with --watch, for those who joined a class, by --keep for its lock, for the doctor, or to install an engine or build an image. */
const NOT_LOADED =
  /^shared\/(commands\/(bench|class|demo|docs|learner|lessons|routing|usage|workshop)|verify\/watch\/index|class\/board\/index|learner\/index|stack\/(browser|test-setup)|verify\/expect\/grafana\/schemas|engine\/install-engine|images\/(build-from-packages|outlook|recipes))\.ts$/;

describe('A verdict of step 4', () => {
  it(`loads at most ${MOST} files, also with containers`, { timeout: 120_000 }, async () => {
    const static4 = await filesLoadedBy('shared/start.js', 'verify', '4', '--solution', '--static');

    // With containers it opens more doors, and whatever they import is counted, loaded or not.
    const live = reachable(['shared/start.js', 'shared/checks/04-alertmanager/index.ts']);

    expect(static4).toContain('shared/checks/04-alertmanager/index.ts');
    expect(static4.filter((path) => !live.has(path))).toEqual([]);
    expect(live).toContain('shared/stack/index.ts');
    expect(live).toContain('shared/learner/progress/index.ts');
    expect(live.size).toBeLessThanOrEqual(MOST);
  });
});

/** The files of the repository that a program has loaded, as Node.js itself tells: paths from the root. */
async function filesLoadedBy(...args: string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'loaded-'));
  await execa(process.execPath, args, { cwd: ROOT, env: { NODE_V8_COVERAGE: folder } });
  const urls = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    return result.map(({ url }: { url: string }) => url);
  });
  rmSync(folder, { recursive: true });
  const own = urls
    .filter((url) => url.startsWith('file:') && !url.includes('/node_modules/'))
    .map((url) => relative(ROOT, fileURLToPath(new URL(url).href.replace(/[?#].*/, ''))));
  return [...new Set(own)].map((path) => path.replaceAll('\\', '/'));
}

/** These files, and everything that they import at any time, types aside. */
function reachable(paths: string[]): Set<string> {
  const found = new Set(paths);
  for (const path of found) {
    const code = readFileSync(join(ROOT, path), 'utf8').replaceAll(
      /^(im|ex)port type [^;]*;/gm,
      '',
    );
    for (const [, target = ''] of code.matchAll(/(?:from |import\(|import )'(\.[^']+)'/g)) {
      const imported = relative(ROOT, join(ROOT, dirname(path), target)).replaceAll('\\', '/');
      if (!NOT_LOADED.test(imported) && existsSync(join(ROOT, imported))) found.add(imported);
    }
  }
  return found;
}
