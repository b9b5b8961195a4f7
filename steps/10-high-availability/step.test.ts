// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 10-high-availability
import { execFileSync } from 'node:child_process';
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
// Writes the secret files that are missing.
import './secrets/make-secrets.ts';

/** Until two scrapes have been, the alert has waited, and the second Alertmanager for the first one. */
const within = { timeout: 60_000, interval: 500 };

const PORTS = ['APP', 'PROMETHEUS', 'PROMETHEUS_2', 'ALERTMANAGER', 'ALERTMANAGER_2'];

it('one Prometheus and one Alertmanager are killed, and the message comes once', {
  timeout: 300_000,
}, async () => {
  // Port 0 is any free one, so the test runs beside your own stack. At the end of the test everything is removed.
  const ports = [...PORTS, 'INBOX', 'VICTORIA_METRICS'].map((name) => [`${name}_PORT`, '0']);
  await using stack = await new DockerComposeEnvironment(import.meta.dirname, 'docker-compose.yaml')
    .withEnvironment(Object.fromEntries(ports))
    .withStartupTimeout(120_000)
    .up([
      ...['app', 'inbox', 'victoria-metrics'],
      ...['prometheus', 'prometheus-2', 'alertmanager', 'alertmanager-2'],
    ]);
  const get = async (service: string, port: number, path: string) => {
    const container = stack.getContainer(`${service}-1`);
    const response = await fetch(
      `http://${container.getHost()}:${container.getMappedPort(port)}${path}`,
    );
    return response.json();
  };
  const ask = async (service: string, port: number, query: string) => {
    const path = `/api/v1/query?${new URLSearchParams({ query })}`;
    const { data } = (await get(service, port, path)) as {
      data: { result: { value: [number, string] }[] };
    };
    return data.result.map(({ value }) => value[1]);
  };
  await expect
    .poll(() => ask('prometheus-2', 9090, 'alertmanager_cluster_members'), within)
    .toEqual(['2', '2']);

  const killed = ['prometheus-1', 'alertmanager-1'].map((name) => stack.getContainer(name).getId());
  execFileSync('docker', ['kill', ...killed]);

  const titles = async () => {
    const { messages } = (await get('inbox', 8025, '/api/messages')) as {
      messages: { title: string; text: string }[];
    };
    return messages
      .filter(({ text }) => text.includes('alertmanager:9093'))
      .map(({ title }) => title);
  };
  await expect.poll(titles, within).toEqual(['FIRING: InstanceDown']);
  // The store has each series once, whichever Prometheus it comes from.
  const twice = 'count by (job, instance) (up{job="prometheus"}) > 1';
  expect(await ask('victoria-metrics', 8428, 'up{job="prometheus"}')).toHaveLength(2);
  expect(await ask('victoria-metrics', 8428, twice)).toEqual([]);
});
