import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { explainDockerError } from './docker.ts';
import { MachineFault, WrongResult } from './faults.ts';
import { settingsOfTestcontainers } from './find-engine.ts';
import { ENGINE_TOO_OLD, remedyHere } from './texts.ts';

const CLI = join(import.meta.dirname, '..', 'cli.ts');

/** Runs `npm run down`'s command with a `docker` that is a shell script of ours, or with none. */
async function runWithDocker(script?: string) {
  await using home = temporaryFolder('fake-docker');
  const folder = home.path;
  if (script !== undefined) {
    await writeFile(join(folder, 'docker'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'docker'), 0o755);
  }
  const PATH = [folder, dirname(process.execPath)].join(delimiter);
  // On most machines node stands beside docker in the same folder only by chance; a script hides it then.
  return await execa(process.execPath, ['--import', 'tsx', CLI, 'down'], {
    env: {
      ...(process.env as Record<string, string>),
      PATH: script === undefined ? folder : PATH,
      WORKSHOP_NO_INSTALL: '1',
    },
    extendEnv: false,
    reject: false,
  });
}

describe.skipIf(process.platform === 'win32')(
  'The engine on a machine that lacks something',
  () => {
    it('a missing Docker exits with 2 and names the command that installs it', async () => {
      const result = await runWithDocker();

      expect(result.exitCode).toBe(2);
      expect(result.stderr).toContain('There is no Docker on this machine');
      expect(result.stderr).toMatch(/next: .*(docker|Docker)/);
      expect(result.stderr).not.toMatch(/^\s+at /m);
    });

    it('an engine that is not running is reported with the command that starts it', async () => {
      const result = await runWithDocker('echo "Cannot connect to the Docker daemon" >&2; exit 1');

      expect(result.exitCode).toBe(2);
      expect(result.stderr).toContain('its engine is not running');
      expect(result.stderr).toMatch(/next: (sudo systemctl start docker|open -a Docker)/);
    });

    it('an engine that refuses this user is reported with the group, not as missing', async () => {
      const result = await runWithDocker(
        'echo "permission denied while trying to connect" >&2; exit 1',
      );

      expect(result.exitCode).toBe(2);
      expect(result.stderr).toContain('you are not allowed to use it');
    });

    it('an engine on another machine is reported', async () => {
      const result = await runWithDocker(
        'if [ "$1" = context ]; then echo ssh://me@server; else echo 28.0.0; fi',
      );

      expect(result.exitCode).toBe(2);
      expect(result.stderr).toContain('on another machine');
      expect(result.stderr).toContain('next: docker context use default');
    });

    it('a missing compose plugin is reported', async () => {
      const result = await runWithDocker('[ "$1" = compose ] && exit 1; echo 28.0.0');

      expect(result.exitCode).toBe(2);
      expect(result.stderr).toContain('compose plugin');
    });
  },
);

describe('What Testcontainers is told', () => {
  const usual = { TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1' };
  const inside = { TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE: '/var/run/docker.sock' };
  it.each([
    ['the usual engine', 'unix:///var/run/docker.sock', {}, usual],
    ['Docker Desktop on Windows', 'npipe:////./pipe/docker_engine', {}, usual],
    [
      'a virtual machine',
      'unix:///home/me/.colima/default/docker.sock',
      {},
      { ...usual, ...inside, DOCKER_HOST: 'unix:///home/me/.colima/default/docker.sock' },
    ],
    [
      'a rootless engine',
      'unix:///run/user/1000/docker.sock',
      {},
      { ...usual, DOCKER_HOST: 'unix:///run/user/1000/docker.sock' },
    ],
    [
      'an engine that is named',
      'tcp://docker:2375',
      { DOCKER_HOST: 'tcp://docker:2375' },
      { DOCKER_HOST: 'tcp://docker:2375' },
    ],
  ])('about %s leads to the same engine', (_, socket, env, told) => {
    expect(settingsOfTestcontainers(socket, env)).toEqual(told);
  });
});

describe('What Docker complains about', () => {
  it.each([
    [
      'a port that a container holds',
      'Bind for 127.0.0.1:9090 failed: port is already allocated',
      'PROMETHEUS_PORT=19090',
    ],
    [
      'a port that a program holds',
      'failed to bind host port for 127.0.0.1:8080:172.18.0.2:8080/tcp: address already in use',
      'APP_PORT=18080',
    ],
    [
      'a port of the class board',
      'Bind for 0.0.0.0:8090 failed: port is already allocated',
      'BOARD_PORT=18090 npm run class board',
    ],
    [
      'a port that Windows keeps for itself',
      'listen tcp 127.0.0.1:9090: bind: An attempt was made to access a socket in a way forbidden by its access permissions.',
      'PROMETHEUS_PORT=19090',
    ],
    ['a full disk', 'write /var/lib/docker/tmp/x: no space left on device', 'docker system prune'],
    [
      'an engine that is too old',
      "can't set healthcheck.start_interval as feature require Docker Engine v25 or later",
      remedyHere(ENGINE_TOO_OLD.next),
    ],
  ])('%s is a fault of the machine, with the next command', (_, words, next) => {
    const fault = explainDockerError(words, 'docker compose up');

    expect(fault).toBeInstanceOf(MachineFault);
    expect(fault.next).toContain(next);
  });

  it('any other error shows its own last words as a wrong result', () => {
    const fault = explainDockerError(
      'yaml: line 3: mapping values are not allowed',
      'docker compose config',
    );

    expect(fault).toBeInstanceOf(WrongResult);
    expect(fault.message).toContain('yaml: line 3');
  });
});
