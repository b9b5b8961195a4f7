// What this step promises, as a team would test it before each release: on real containers, from outside.
// Run it in the root of the repository: npx vitest run --project steps 03-grafana
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
// Writes the password file, where it is missing.
import './secrets/make-secrets.ts';

const folder = import.meta.dirname;
const docker = (...args: string[]) => spawnSync('docker', args).status === 0;

it('the panels of Grafana show what was sent', { timeout: 300_000 }, async ({ skip }) => {
  const config = ['compose', 'config', 'grafana', '--format', 'json'];
  const { services } = JSON.parse(`${execFileSync('docker', config, { cwd: folder })}`);
  const { image } = services.grafana;
  const available = docker('image', 'inspect', image) || docker('pull', image);
  skip(!available, `the image ${image} is neither here nor to be pulled`);

  // Port 0 is any free one, so the test runs beside your own stack. At the end of the test everything is removed.
  await using stack = await new DockerComposeEnvironment(folder, 'docker-compose.yaml')
    .withEnvironment({ APP_PORT: '0', PROMETHEUS_PORT: '0', GRAFANA_PORT: '0' })
    .withStartupTimeout(240_000)
    .up();
  const address = (service: string, port: number) => {
    const container = stack.getContainer(`${service}-1`);
    return `http://${container.getHost()}:${container.getMappedPort(port)}`;
  };
  const password = readFileSync(join(folder, 'secrets/grafana/admin_password'), 'utf8').trim();
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const grafana = async (path: string, body?: object) => {
    const sent = body && { method: 'POST', body: JSON.stringify(body) };
    return (await fetch(address('grafana', 3000) + path, { headers, ...sent })).json();
  };
  /** How many values the query of a panel returns. */
  const countValues = async (query: object) => {
    const body = { from: 'now-1m', to: 'now', queries: [{ ...query, intervalMs: 5_000 }] };
    const { results } = (await grafana('/api/ds/query', body)) as {
      results: Record<string, { frames?: { data: { values: unknown[][] } }[] }>;
    };
    const frames = Object.values(results).flatMap(({ frames = [] }) => frames);
    return frames.flatMap(({ data }) => data.values[0] ?? []).length;
  };

  await expect
    .poll(() => grafana('/api/datasources/uid/prometheus/health'), { timeout: 60_000 })
    .toMatchObject({ status: 'OK' });
  const { uid } = JSON.parse(readFileSync(join(folder, 'grafana/dashboards/web.json'), 'utf8'));
  const { dashboard } = (await grafana(`/api/dashboards/uid/${uid}`)) as {
    dashboard: { panels: { title: string; datasource: object; targets?: object[] }[] };
  };
  for (const path of ['', '/fail']) await fetch(address('app', 8080) + path);
  for (const { title, datasource, targets = [] } of dashboard.panels)
    for (const target of targets)
      await expect
        .poll(() => countValues({ datasource, ...target }), { timeout: 60_000, message: title })
        .toBeGreaterThan(0);
});
