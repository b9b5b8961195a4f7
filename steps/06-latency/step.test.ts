// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 06-latency
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = import.meta.dirname;
const queries = parse(readFileSync(join(folder, 'prometheus/latency-queries.yaml'), 'utf8'));
const within = { timeout: 60_000, interval: 250 };

it('Prometheus knows how long the requests took', { timeout: 300_000 }, async () => {
  // Port 0 is any free one, so the test runs beside your own stack. At the end of the test everything is removed.
  await using stack = await new DockerComposeEnvironment(folder, 'docker-compose.yaml')
    .withEnvironment({ APP_PORT: '0', PROMETHEUS_PORT: '0' })
    .withStartupTimeout(120_000)
    .up(['app', 'prometheus']);
  const address = (service: string, port: number) => {
    const container = stack.getContainer(`${service}-1`);
    return `http://${container.getHost()}:${container.getMappedPort(port)}`;
  };
  const get = (path: string, signal?: AbortSignal) =>
    fetch(address('app', 8080) + path, { signal: signal ?? null });
  /** The one number that a query returns, not a number without any. */
  const ask = async (query: string) => {
    const parameters = new URLSearchParams({ query });
    const response = await fetch(`${address('prometheus', 9090)}/api/v1/query?${parameters}`);
    const { data } = (await response.json()) as { data: { result: { value: [0, string] }[] } };
    return data.result.length === 1 ? Number(data.result[0]?.value[1]) : Number.NaN;
  };
  const inProgress = async () =>
    (await (await get('/metrics')).text()).match(/^http_requests_in_progress.* (\d+)$/m)?.[1];

  expect(await inProgress()).toBe('0');

  // The first failure of the app, ever, is one that `increase` sees.
  const failures = 'http_requests_total{job="web", route="/fail", status_code="500"}';
  await expect.poll(() => ask(failures), within).toBe(0);
  await get('/fail');
  await expect.poll(() => ask(`sum(increase(${failures}[30s]))`), within).toBeGreaterThan(0);

  // 14 of 20 take at most 0.3 s. Sent again before each look, so that one slow moment of the machine decides nothing.
  const durations = [...Array(14).fill(20), ...Array(6).fill(500)];
  const askAfterTraffic = async (query: string) => {
    await Promise.all(durations.map((ms) => get(`/work?ms=${ms}`)));
    return ask(query);
  };
  await expect.poll(() => askAfterTraffic(queries.share_within_300ms), within).toBeCloseTo(0.7, 1);
  await expect.poll(() => askAfterTraffic(queries.duration_p90), within).toBeGreaterThan(0.3);
  await expect.poll(() => askAfterTraffic(queries.duration_mean), within).toBeLessThan(0.3);

  // A client that hangs up does not wait any more.
  const hangUp = new AbortController();
  get('/work?ms=5000', hangUp.signal).catch(() => {});
  await expect.poll(inProgress, within).toBe('1');
  hangUp.abort();
  await expect.poll(inProgress, within).toBe('0');
});
