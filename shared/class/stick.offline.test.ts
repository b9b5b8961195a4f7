import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { titleOf } from '../images/index.ts';
import { ROOT } from '../root.ts';
import { STEPS, stepNumber } from '../verify/index.ts';
import type { Manifest } from './stick.ts';
import { type IsolatedMachine, isolatedMachine, whyNoIsolation } from './test-isolated.ts';

const CORE = STEPS.map(stepNumber).filter((number) => number <= 5);
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

  it('has no image, and no way out', async ({ skip }) => {
    if (!machine) return skip(reason ?? '');

    const images = await machine.run(['docker', 'images', '--quiet'], '/');
    const routes = await machine.run(['ip', 'route', 'show', 'default'], '/');

    expect([images.output, routes.output]).toEqual(['', '']);
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
  });

  it('goes on where it stopped, and has nothing left to do', async ({ skip }) => {
    if (!machine) return skip(reason ?? '');

    const { output } = await machine.run(['npm', 'run', 'class', 'unpack'], stick);

    expect(output).not.toMatch(
      /added \d+ packages|first build of app, step 1|with the npm packages of the lessons$/m,
    );
    expect(output).toMatch(/For every step/);
  });

  it.for(CORE)('judges the solution of step %i', async (number, { skip }) => {
    if (!machine) return skip(reason ?? '');

    const words = ['npm', 'run', '--silent', `verify:step-${number}`, '--', '--solution'];
    const { exitCode, output } = await machine.run(words, clone());

    expect(exitCode, output).toBe(0);
  });
});
