import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { docker } from '../../engine/index.ts';
import { type ServiceName, type Stack, startStack, waitFor } from '../../stack/index.ts';
import { ROOT } from '../place.ts';

const SOLUTION = join(ROOT, 'solutions/05-load-test');
const SERVICES: ServiceName[] = ['app', 'prometheus', 'alertmanager', 'inbox'];

/** A scrape every 5 s, and a busy machine. Seconds. */
const SCRAPED_WITHIN = 30;

describe('The finished stack', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ directory: SOLUTION, services: SERVICES });
  });
  afterAll(() => stack?.takeDown());

  describe.each(SERVICES)('in the container of %s', (service) => {
    let inspected: Inspected;

    beforeAll(async () => {
      inspected = await inspect(service);
    });

    it('no process runs as root', async () => {
      const processes = await docker(['top', inspected.Id, '-eo', 'pid,uid']);

      const uids = processes
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/)[1]);
      expect(uids.length).toBeGreaterThan(0);
      expect(uids).not.toContain('0');
    });

    it('it has no capability, gets no new privilege and cannot change its files', () => {
      expect(inspected.HostConfig.CapDrop).toEqual(['ALL']);
      expect(inspected.HostConfig.SecurityOpt).toContain('no-new-privileges:true');
      expect(inspected.HostConfig.ReadonlyRootfs).toBe(true);
      expect(inspected.HostConfig.Privileged).toBe(false);
    });

    it('its memory and its log are bounded', () => {
      expect(inspected.HostConfig.Memory).toBeGreaterThan(0);
      expect(inspected.HostConfig.LogConfig).toEqual({
        Type: 'json-file',
        Config: { 'max-size': '5m', 'max-file': '2' },
      });
    });

    it('it is healthy by a healthcheck of its own', () => {
      expect(inspected.State.Health?.Status).toBe('healthy');
    });

    it('its ports are published on this machine only', () => {
      const published = Object.values(inspected.NetworkSettings.Ports).flatMap(
        (port) => port ?? [],
      );

      expect(published.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1']);
    });

    it('its image is pinned to a version', () => {
      const built = inspected.Config.Image.startsWith(stack.project.name);

      expect(built || /:v?\d+\.\d+\.\d+/.test(inspected.Config.Image)).toBe(true);
    });
  });

  it('10,000 random paths add at most one series', async () => {
    const series = async () =>
      (await stack.app.text('/metrics')).match(/^http_requests_total\{/gm)?.length ?? 0;
    await stack.app.text('/');
    const before = await series();

    await requestRandomPaths(await stack.url('app'), 10_000);

    expect(await series()).toBeLessThanOrEqual(before + 1);
    expect(await stack.app.text('/metrics')).toMatch(
      /route="unmatched",status_code="404"\} 10000\b/,
    );
  });

  it('Prometheus answers every question of queries.yaml', async () => {
    const text = await readFile(join(SOLUTION, 'prometheus/queries.yaml'), 'utf8');
    const queries = Object.entries(parse(text) as Record<string, string>);
    await stack.app.text('/');

    for (const [name, expression] of queries) {
      const answer = await waitFor({
        what: `an answer to ${name}`,
        withinSeconds: SCRAPED_WITHIN,
        look: () => stack.prometheus.query(expression),
        until: (series) => series.length > 0,
      });
      expect(answer.every(({ value: [, number] }) => Number.isFinite(Number(number)))).toBe(true);
    }
    expect(queries).toHaveLength(5);
  });

  it('a new Prometheus container still has the history', async () => {
    const scrapes = 'count_over_time(up{job="prometheus"}[1h])';
    const before = await waitFor({
      what: 'a few scrapes in the history',
      withinSeconds: SCRAPED_WITHIN,
      look: () => stack.prometheus.query(scrapes),
      until: ([series]) => Number(series?.value[1]) >= 4,
    });

    // Ready within seconds: without its history it would know one or two scrapes, not four.
    await stack.compose('up', '--detach', '--wait', '--force-recreate', '--no-deps', 'prometheus');

    const [after] = await stack.prometheus.query(scrapes);
    expect(Number(after?.value[1])).toBeGreaterThanOrEqual(Number(before[0]?.value[1]));
  });

  it('the load profile reaches the app by its service name', async () => {
    // Few requests, over a time in which a busy machine keeps the rate too.
    const options = ['--target', 'http://app:8080', '--duration', '8', '--rate', '5'];

    const summary = await stack.compose('run', '--rm', '-T', 'load-test', ...options);

    expect(summary).toMatch(/responses +40\n/);
    expect(summary).toMatch(/^Passed\.$/m);
  });

  it('the root starts exactly this stack', async () => {
    const services = async (cwd: string) =>
      JSON.parse(await docker(['compose', '--profile', '*', 'config', '--format', 'json'], { cwd }))
        .services;

    expect(await services(ROOT)).toEqual(await services(SOLUTION));
  });

  it('the app ends by itself with exit code 0 when told to stop', async () => {
    await stack.compose('stop', 'app');

    const app = (await stack.containers()).find(({ service }) => service === 'app');
    expect(app).toMatchObject({ state: 'exited', exitCode: 0 });
    await stack.compose('start', 'app');
  });

  it('the rule unit tests pass in the image that evaluates the rules', async () => {
    const promtool = ['exec', '-T', 'prometheus', 'promtool', 'test', 'rules'];

    const output = await stack.compose(...promtool, '/etc/prometheus/alert-rules.test.yaml');

    expect(output).toContain('SUCCESS');
  });

  async function inspect(service: string): Promise<Inspected> {
    const id = (await stack.containers()).find((container) => container.service === service)?.id;
    return JSON.parse(await docker(['inspect', id ?? service]))[0];
  }
});

/** The part of `docker inspect` that these tests read. */
interface Inspected {
  Id: string;
  Config: { Image: string };
  State: { Health?: { Status: string } };
  HostConfig: {
    CapDrop: string[];
    SecurityOpt: string[];
    ReadonlyRootfs: boolean;
    Privileged: boolean;
    Memory: number;
    LogConfig: { Type: string; Config: Record<string, string> };
  };
  NetworkSettings: { Ports: Record<string, { HostIp: string }[] | null> };
}

/** Ten at a time, so that the connections are reused. */
async function requestRandomPaths(url: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const worker = async () => {
    for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
      const answer = await fetch(`${url}/${Math.random().toString(36).slice(2)}-${number}`);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
}
