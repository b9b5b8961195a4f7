import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { docker } from '../../engine/index.ts';
import { ROOT } from '../place.ts';
import type { DemoReport } from '../report.ts';
import { sawLine } from './test-saw-line.ts';

/** Port 0 lets the engine choose, so that the demo runs beside a learner's own. */
const FREE_PORTS = {
  APP_PORT: '0',
  PROMETHEUS_PORT: '0',
  GRAFANA_PORT: '0',
  ALERTMANAGER_PORT: '0',
  INBOX_PORT: '0',
};

describe('npm run demo', () => {
  let project = '';
  afterEach(async () => expect(await leftOf(project)).toEqual([]));

  it('the alert fires and resolves inside the computed bounds, and nothing is left', async () => {
    const result = await startDemo(['--once', '--json']);

    const report: DemoReport = JSON.parse(result.stdout);
    expect(report).toMatchObject({
      ok: true,
      stackIsUp: false,
      thresholdToMessage: { least: 15, most: 27, inside: true },
      loadEndToResolved: { least: 0, most: 52, inside: true },
      load: { errors: 0, non2xx: 0 },
    });
    expect(eventsOf(report)).toEqual([
      'load started',
      'threshold crossed',
      'pending',
      'firing',
      'message',
      'load stopped',
      'resolved',
    ]);
    expect(result.exitCode).toBe(0);
  });

  it('Ctrl-C during the load stops it, and nothing is left', async () => {
    const running = startDemo([]);
    await sawLine(running, /load started/);

    running.kill('SIGINT');
    const result = await running;

    expect(result.exitCode).toBe(130);
    expect(result.stderr).toContain('Everything that was started is removed');
    expect(result.all).not.toMatch(/^\s+at /m);
  });

  it('Ctrl-C while the stack starts leaves nothing either', async () => {
    const running = startDemo([]);
    await sawLine(running, /Starting alertmanager/);

    running.kill('SIGINT');

    expect((await running).exitCode).toBe(130);
  });

  it('it stops as if by Ctrl-C when the reader of its output goes away', async () => {
    const running = startDemo([]);
    await sawLine(running, /load started/);

    running.stdout?.destroy();

    expect((await running).exitCode).toBe(130);
  });

  it('a taken port is named with the way around it, and nothing is left', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };

    const result = await startDemo([], { APP_PORT: `${port}` });

    server.close();
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(`Port ${port} on this machine is in use`);
    expect(result.all).not.toMatch(/^\s+at /m);
  });

  function startDemo(words: string[], environment: Record<string, string> = {}) {
    project = `workshop-demo-${randomBytes(4).toString('hex')}`;
    return execa(process.execPath, ['--import', 'tsx', 'shared/cli.ts', 'demo', ...words], {
      cwd: join(ROOT),
      env: { ...FREE_PORTS, COMPOSE_PROJECT_NAME: project, ...environment },
      reject: false,
      all: true,
    });
  }
});

const eventsOf = ({ timeline }: DemoReport) =>
  timeline.map(({ event }) => event).filter((event) => event !== 'traffic');

/** Containers, volumes and networks that still belong to the project. */
async function leftOf(project: string): Promise<string[]> {
  const filter = ['--filter', `label=com.docker.compose.project=${project}`, '--quiet'];
  const kinds = [
    ['ps', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
  ];
  const found = await Promise.all(kinds.map((kind) => docker([...kind, ...filter])));
  return found.flatMap((text) => text.split('\n').filter(Boolean));
}
