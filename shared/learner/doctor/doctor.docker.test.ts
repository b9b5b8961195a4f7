import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { docker } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import { imagesOfSteps } from './compose-files.ts';
import type { Report } from './report.ts';

const LISTEN = "require('node:net').createServer().listen(8025)";

it('every image that Compose sees in any step is one that the doctor looks for, and no other', async () => {
  const seen = new Set<string>();
  for (const id of readdirSync(join(ROOT, 'solutions'))) {
    const cwd = join(ROOT, 'solutions', id);
    const text = await docker(['compose', '--profile', '*', 'config', '--format', 'json'], { cwd });
    for (const { image } of Object.values<{ image?: string }>(JSON.parse(text).services))
      if (image) seen.add(image);
  }

  const looked = imagesOfSteps(ROOT).map(({ full }) => full);
  expect(looked.sort()).toEqual([...seen].sort());
});

it('sees a real engine, and the container that holds a port, as they are', async () => {
  const image = imagesOfSteps(ROOT).find(({ full }) => full.startsWith('node:'))?.full ?? '';
  const name = `doctor-${randomBytes(4).toString('hex')}`;
  const publish = ['--name', name, '--publish', '127.0.0.1:0:8025'];
  await docker(['run', '--detach', '--rm', ...publish, image, 'node', '-e', LISTEN]);
  try {
    const address = await docker(['port', name, '8025']);
    const INBOX_PORT = address.split(':').at(-1) ?? '';
    const version = await docker(['version', '--format', '{{.Server.Version}}']);

    const { stdout } = await execa('npm', ['run', '--silent', 'doctor', '--', '--json'], {
      cwd: ROOT,
      env: { INBOX_PORT },
      reject: false,
    });

    const { findings }: Report = JSON.parse(stdout);
    const seen = (id: string) => findings.find((finding) => finding.id === id)?.seen;
    expect(seen('engine.running')).toContain(version);
    expect(seen('engine.clock')).toContain("this machine's");
    expect(seen('image.node')).toMatch(/^(pulled|built)/);
    expect(seen('port.8025')).toBe(`in use by the container ${name}`);
  } finally {
    await docker(['rm', '--force', name]);
  }
});
