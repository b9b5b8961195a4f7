import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localImages } from '../images/index.ts';
import { firstBuilds, titleOf } from '../images/needed/index.ts';
import { ROOT } from '../root.ts';
import { STEPS, stepNumber } from '../verify/index.ts';
import { ARCHIVES, type Manifest } from './stick.ts';
import { type IsolatedMachine, isolatedMachine, whyNoIsolation } from './test-isolated.ts';

const CORE = STEPS.map(stepNumber).filter((number) => number <= 5);
/** A row of the guide: | `npm-cache.tar` | 505 MB | … */
const SIZE = /^\| `([^`]+)` \| (\d+) MB \|/gm;
/** Proves that the machine would notice. */
const TRIED = ['203.0.113.7', 'outside.example'];
/** Docker asks outside for a name that no container has now, as when an alert's verdict has stopped it. */
const STOPPED = ['app'];
/** Whom an engine asks for an image. */
const registryOf = (full: string): string =>
  full.match(/^[^/]+\.[^/]+(?=\/)/)?.[0] ?? 'registry-1.docker.io';
const reason = await whyNoIsolation();

// Packing asks the network; what follows has none.
describe('A machine without any network', () => {
  let home = '';
  let stick = '';
  let machine: IsolatedMachine | undefined;
  const clone = () => join(machine?.home ?? '', 'monitoring-workshop');

  beforeAll(async () => {
    if (reason) return;
    home = await mkdtemp('/var/tmp/workshop-stick-');
    stick = join(home, 'stick');
    machine = await isolatedMachine();
  });
  afterAll(async () => {
    await machine?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('has no image, and notes whatever asks outside, in vain', async ({ skip }) => {
    if (!machine) return skip(reason ?? '');

    const images = await machine.run(['docker', 'images', '--quiet'], '/');
    const before = await machine.asked();
    for (const host of TRIED) {
      await machine.run(['node', '-e', `fetch('http://${host}').catch(() => {})`], '/');
    }

    expect([images.output, before]).toEqual(['', []]);
    expect(await machine.asked()).toEqual(TRIED);
  });

  it('is set up by the folder that was packed here', async ({ skip }) => {
    if (!machine) return skip(reason ?? '');
    const packed = await execa('npm', ['run', 'class', 'pack', stick], {
      cwd: ROOT,
      reject: false,
    });
    console.log(packed.stderr, packed.stdout);
    const manifest: Manifest = JSON.parse(await readFile(join(stick, 'manifest.json'), 'utf8'));

    const { exitCode, output } = await machine.run(['npm', 'run', 'class', 'unpack'], stick);

    console.log(output);
    const lacks = [...output.matchAll(/^ {2}✗ (.*?) {2}.*missing: /gm)].map(([, title]) => title);
    expect(lacks).toEqual(manifest.missing.map((full) => titleOf({ full })));
    expect(output).toMatch(lacks.length > 0 ? /✗ Ready for the class/ : /✓ Ready for the class/);
    expect([packed.exitCode, exitCode]).toEqual(lacks.length > 0 ? [2, 2] : [0, 0]);
    const packedNames = manifest.images.map(({ full }) => full);
    expect(packedNames).toEqual(expect.arrayContaining(firstBuilds(ROOT).map(({ full }) => full)));
  });

  it.for(['docs/instructor/offline.md', 'docs/zh-TW/instructor/offline.md'])(
    'was packed in the sizes that %s tells',
    async (page, { skip }) => {
      if (!machine) return skip(reason ?? '');
      const { images }: Manifest = JSON.parse(await readFile(join(stick, 'manifest.json'), 'utf8'));
      const origins = await localImages(images.map(({ full }) => full));
      // The sizes of images are of those that are built here; those of a registry have others.
      const others = images.filter(({ full }) => !origins.get(full)?.origin.startsWith('built'));
      const rows = [...(await readFile(join(ROOT, page), 'utf8')).matchAll(SIZE)];

      // The clone is as large as its history, which is another one on each machine.
      const told = rows.filter(
        ([, file]) => file !== ARCHIVES.clone && !others.some((image) => image.file === file),
      );

      expect(told.length).toBeGreaterThanOrEqual(Object.keys(ARCHIVES).length - 1);
      for (const [, file = '', megabytes] of told) {
        const measured = (await stat(join(stick, file))).size / 1e6;
        expect(Math.abs(measured - Number(megabytes)), file).toBeLessThan(measured * 0.15 + 1);
      }
    },
  );

  it('goes on where it stopped, and has nothing left to do', async ({ skip }) => {
    if (!machine) return skip(reason ?? '');

    const { output } = await machine.run(['npm', 'run', 'class', 'unpack'], stick);

    // Each work that begins is a line with a dash.
    expect(output).not.toMatch(/^- (Node\.js|Prometheus|first build)|added \d+ packages/m);
    expect(output).toMatch(/For every step/);
  });

  it('has what cannot be built there from the folder, and says why', async ({ skip }) => {
    if (!machine) return skip(reason ?? '');
    const { full = '', context = '' } = firstBuilds(clone()).at(-1) ?? {};
    await machine.run(['docker', 'rmi', full], '/');
    const ignoring = join(context, '.dockerignore');
    const before = await readFile(ignoring, 'utf8');
    await writeFile(ignoring, `${before}package.json\n`);

    const { exitCode, output } = await machine.run(['npm', 'run', 'class', 'unpack'], stick);
    await writeFile(ignoring, before);
    const images = await machine.run(['docker', 'images', '--quiet', full], '/');

    expect(output).toMatch(/^⚠ first build of load-test: .*package\.json.*not found/m);
    expect([exitCode, images.output]).toEqual([2, expect.stringMatching(/^[0-9a-f]{12}$/)]);
  });

  it.for(CORE)('judges the solution of step %i', async (number, { skip }) => {
    if (!machine) return skip(reason ?? '');

    const words = ['npm', 'run', '--silent', `verify:step-${number}`, '--', '--solution'];
    const { exitCode, output } = await machine.run(words, clone());

    expect(exitCode, output).toBe(0);
  });

  it('asked nothing outside but for images that the folder lacks, and for a service that is stopped', async ({
    skip,
  }) => {
    if (!machine) return skip(reason ?? '');
    const { missing }: Manifest = JSON.parse(await readFile(join(stick, 'manifest.json'), 'utf8'));
    const known = [...TRIED, ...STOPPED, ...missing.map(registryOf)];

    const asked = await machine.asked();

    expect(asked).toEqual(expect.arrayContaining(TRIED));
    expect(asked.filter((one) => !known.includes(one))).toEqual([]);
  });
});
