import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { everyImage } from '../stack/index.ts';
import type { Text } from './read-text.ts';
import { type Command, type Executed, followPage } from './reader.ts';

/** Leaves Grafana out where its image is not available. The steps before it have none. */
const WITHOUT_GRAFANA = 'services:\n  grafana:\n    profiles: [not-available]\n';
const BEFORE_GRAFANA = /^solutions\/0[12]-/;

/** A fresh clone, and somebody who follows pages in it. At the end both are gone, with the images that were built. */
interface Follower extends AsyncDisposable {
  /**
   * Executes every `sh` block of a page, in a terminal of its own, and asks a Prometheus every `promql` block. A reader
   * does the same, so a command that fails here fails for them.
   *
   * @param signal ends it after the command that is running
   */
  follow(text: Text, signal?: AbortSignal): Promise<Executed>;
}

/** Makes the clone. Where Grafana's image is not available, Grafana is left out. */
export async function openClone(root: string): Promise<Follower> {
  const images = await everyImage();
  const hasGrafana = images.every(({ title, origin }) => title !== 'Grafana' || origin);
  const home = await mkdtemp(join(tmpdir(), 'reader-'));
  const clone = join(home, 'clone');
  const withoutGrafana = join(home, 'without-grafana.yaml');
  const environment = {
    COMPOSE_PROJECT_NAME: `docs-${process.pid}`,
    NO_COLOR: '1',
    WORKSHOP_LANG: 'en',
  };
  const commands: Command[] = [];
  return {
    async follow(text, signal) {
      if (!existsSync(clone)) await execa('git', ['clone', '--quiet', root, clone]);
      await writeFile(withoutGrafana, WITHOUT_GRAFANA);
      // Who opens a later page has done what the first one says.
      const begins = text.blocks.some(({ content }) => content.startsWith('npm ci'));
      const hasPackages = existsSync(join(clone, 'node_modules'));
      if (!begins && !hasPackages) await execa('npm', ['ci'], { cwd: clone });
      const leaveOut = !hasGrafana && !BEFORE_GRAFANA.test(text.file);
      const files = { COMPOSE_FILE: `docker-compose.yaml:${withoutGrafana}` };
      const env = { ...environment, ...(leaveOut && files) };
      const executed = await followPage(clone, text, env, commands, signal);
      // Who tries once more begins anew: what the first reader has made must not help the second.
      if (executed.findings.length > 0) await rm(clone, { recursive: true, force: true });
      return executed;
    },
    async [Symbol.asyncDispose]() {
      // The images; everything else is gone at the end of each page.
      const args = ['compose', '--profile', 'load', 'down', '--rmi', 'local'];
      await execa('docker', args, { cwd: root, env: environment, reject: false });
      await rm(home, { recursive: true, force: true });
    },
  };
}
