import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { docker } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import { finishedStack } from './finished-stack.ts';
import type { Report } from './report.ts';

const LISTEN = "require('node:net').createServer().listen(8025)";

it('docker compose pull gets every image that the doctor looks for', async () => {
  const pulled = await docker(['compose', 'config', '--images'], { cwd: ROOT });

  expect(pulled.split('\n')).toEqual(expect.arrayContaining(finishedStack(ROOT).images));
});

it('sees a real engine, and the container that holds a port, as they are', async () => {
  const image = finishedStack(ROOT).images.find((name) => name.startsWith('node:')) ?? '';
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
