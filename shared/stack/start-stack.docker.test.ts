import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { docker, type Fault, MachineFault, WrongResult } from '../engine/index.ts';
import { startStack } from './stack.ts';

const SOLUTION = join(import.meta.dirname, '../../solutions/05-load-test');

describe('Starting a stack', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stack-'));
    await cp(SOLUTION, directory, { recursive: true });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('a broken configuration file names the server with its own last words', async () => {
    await edit('prometheus/prometheus.yaml', 'scrape_interval: 5s', 'scrape_intervall: 5s');

    const fault = await startPrometheus();

    expect(fault).toBeInstanceOf(WrongResult);
    expect(fault.message).toContain('The service prometheus ended with exit code');
    expect(fault.message).toContain('field scrape_intervall not found');
  });

  it('a broken compose file is reported where Compose says', async () => {
    await edit('docker-compose.yaml', 'services:', 'servises:');

    const fault = await startPrometheus();

    expect(fault).toBeInstanceOf(WrongResult);
    expect(fault.message).toContain('servises');
  });

  it('an image that is not available is called a fault of the machine, and is named', async () => {
    await edit('docker-compose.yaml', 'prom/prometheus:v3.5.3', 'prom/prometheus:v0.0.404');

    const fault = await startPrometheus();

    expect(fault).toBeInstanceOf(MachineFault);
    expect(fault.next).toContain('docker pull prom/prometheus:v0.0.404');
  });

  it('a folder outside a clone gets the inbox of this clone', async () => {
    await using stack = await startStack({ directory, services: ['inbox'] });

    expect(await stack.inbox.messages()).toEqual([]);
  });

  it('an image that is still being built when the stack goes, goes with it', async () => {
    await writeFile(
      join(directory, 'load-test/Dockerfile'),
      'FROM node:24.21.0-slim\nRUN sleep 3\nCMD ["node"]\n',
    );
    const stack = await startStack({ directory, services: ['prometheus'] });
    const name = `label=com.docker.compose.project=${stack.project.name}`;

    const building = stack.compose('--profile', 'load', 'build', 'load-test').catch(() => {});
    await stack.takeDown();
    await building;

    expect(await docker(['images', '--quiet', '--filter', name])).toBe('');
  });

  const startPrometheus = (): Promise<Fault> =>
    startStack({ directory, services: ['prometheus'] }).then(
      async (stack) => {
        await stack.takeDown();
        throw new Error('The stack started, although it must not');
      },
      (fault: Fault) => fault,
    );

  async function edit(file: string, from: string, to: string): Promise<void> {
    const path = join(directory, file);
    await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
  }
});
