import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { finishedImages } from '../stack/index.ts';
import { isCommand } from './perform.ts';
import type { Text } from './read-text.ts';
import { type Executed, followPage } from './reader.ts';

/** Leaves Grafana out where its image is not available. The steps before it have none. */
const WITHOUT_GRAFANA = 'services:\n  grafana:\n    profiles: [not-available]\n';
const BEFORE_GRAFANA = /^solutions\/0[12]-/;

/**
 * Executes every `sh` block of the pages, in reading order, each page in a terminal of its own, in one fresh clone, and asks
 * a Prometheus every `promql` block. A reader does the same, so a command that fails here fails for them.
 *
 * @param signal ends it after the command that is running
 * @returns what came of it, and whether Grafana's image is available here; else it is left out
 */
export async function runBlocks(
  root: string,
  texts: Text[],
  signal?: AbortSignal,
): Promise<Executed & { hasGrafana: boolean }> {
  const images = await finishedImages();
  const hasGrafana = images.every(({ title, origin }) => title !== 'Grafana' || origin);
  const done: Executed = { findings: [], run: 0, marked: 0, printed: [], outputs: [] };
  const home = await mkdtemp(join(tmpdir(), 'reader-'));
  const clone = join(home, 'clone');
  const withoutGrafana = join(home, 'without-grafana.yaml');
  const environment = {
    COMPOSE_PROJECT_NAME: `docs-${process.pid}`,
    NO_COLOR: '1',
    WORKSHOP_LANG: 'en',
  };
  try {
    await execa('git', ['clone', '--quiet', root, clone]);
    await writeFile(withoutGrafana, WITHOUT_GRAFANA);
    // Who opens a later page has done what the first one says.
    const begins = texts[0]?.blocks.some(({ content }) => content.startsWith('npm ci'));
    if (!begins) await execa('npm', ['ci'], { cwd: clone });
    for (const text of texts.filter(({ blocks }) => blocks.some(isCommand))) {
      const leaveOut = !hasGrafana && !BEFORE_GRAFANA.test(text.file);
      const files = { COMPOSE_FILE: `docker-compose.yaml:${withoutGrafana}` };
      await followPage(clone, text, done, { ...environment, ...(leaveOut && files) }, signal);
    }
  } finally {
    // The images; everything else is gone at the end of each page.
    const words = ['compose', '--profile', 'load', 'down', '--rmi', 'local'];
    await execa('docker', words, { cwd: clone, env: environment, reject: false });
    await rm(home, { recursive: true, force: true });
  }
  return { ...done, hasGrafana };
}
