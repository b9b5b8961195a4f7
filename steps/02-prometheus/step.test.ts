// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 02-prometheus
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = import.meta.dirname;
const queries = parse(readFileSync(join(folder, 'prometheus/queries.yaml'), 'utf8'));

it('Prometheus scrapes both targets and knows what was sent', { timeout: 300_000 }, async () => {
  // Port 0 is any free one, so the test runs beside your own stack. At the end of the test everything is removed.
  await using stack = await new DockerComposeEnvironment(folder, 'docker-compose.yaml')
    .withEnvironment({ APP_PORT: '0', PROMETHEUS_PORT: '0' })
    .withStartupTimeout(120_000)
    .up(['app', 'prometheus']);
  const address = (service: string, port: number) => {
    const container = stack.getContainer(`${service}-1`);
    return `http://${container.getHost()}:${container.getMappedPort(port)}`;
  };
  /** The answer to a query as lines of "label value", sorted. */
  const ask = async (query: string, label = '') => {
    const parameters = new URLSearchParams({ query });
    const response = await fetch(`${address('prometheus', 9090)}/api/v1/query?${parameters}`);
    const { data } = (await response.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result
      .map(({ metric, value }) => `${metric[label] ?? ''} ${value[1]}`.trim())
      .sort();
  };

  // A target is scraped for the first time within seconds of the start.
  const within = { timeout: 60_000, interval: 500 };
  await expect.poll(() => ask('up', 'job'), within).toEqual(['prometheus 1', 'web 1']);
  for (let sent = 0; sent < 10; sent += 1) await fetch(address('app', 8080));

  await expect.poll(() => ask(queries.total_requests), within).toEqual(['10']);
});
