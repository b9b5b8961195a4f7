// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 09-discovery
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
// Writes the secret files that are missing.
import './secrets/make-secrets.ts';

/** Until DNS is asked, Prometheus goes by the answer, and has scraped what is new. */
const within = { timeout: 60_000, interval: 500 };

it('every instance is found and probed, and the disks of the machine are measured', {
  timeout: 300_000,
}, async () => {
  // Port 0 is any free one, so the test runs beside your own stack. At the end of the test everything is removed.
  await using stack = await new DockerComposeEnvironment(import.meta.dirname, 'docker-compose.yaml')
    .withEnvironment({
      APP_PORT: '0',
      PROMETHEUS_PORT: '0',
      ALERTMANAGER_PORT: '0',
      INBOX_PORT: '0',
      BLACKBOX_PORT: '0',
      PUSHGATEWAY_PORT: '0',
    })
    .withStartupTimeout(120_000)
    .up(['app', 'prometheus', 'blackbox', 'pushgateway', 'node-exporter']);
  const container = stack.getContainer('prometheus-1');
  const prometheus = `http://${container.getHost()}:${container.getMappedPort(9090)}`;
  /** The values of an expression, by the label instance. */
  const ask = async (query: string): Promise<Record<string, number>> => {
    const response = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`);
    const { data } = (await response.json()) as {
      data: { result: { metric: { instance?: string }; value: [number, string] }[] };
    };
    return Object.fromEntries(
      data.result.map(({ metric, value }) => [metric.instance ?? '', Number(value[1])]),
    );
  };

  const names = async () => Object.keys(await ask('up{job="web", instance=~"app@.+"} == 1'));
  await expect.poll(names, within).toHaveLength(3);
  const instances = Object.fromEntries(
    Object.keys(await ask('up{job="web"}')).map((name) => [name, 1]),
  );
  await expect.poll(() => ask('probe_success'), within).toEqual(instances);
  await expect
    .poll(() => ask('count(node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs"}) > 0'), within)
    .not.toEqual({});
});
