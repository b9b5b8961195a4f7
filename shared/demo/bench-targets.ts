// npm run bench:targets [targets …]: what one Prometheus needs for so many targets like the app. Measures, proves nothing.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { docker, ensureEngine } from '../engine/index.ts';
import { ensureImages } from '../images/index.ts';
import { ROOT } from '../root.ts';
import { serversAt, startStack, waitFor } from '../stack/index.ts';

const COUNTS = process.argv.slice(2).map(Number);
const SETTINGS = join(ROOT, 'solutions/09-discovery');
const IMAGE = 'prom/prometheus:v3.5.3';
const MEASURED_SECONDS = 120;

/** What a scrape of the app returns once every route was asked for. */
async function pageOfApp(): Promise<string> {
  await using stack = await startStack({ directory: SETTINGS, services: ['app'] });
  const url = await stack.url('app');
  for (const path of ['/', '/slow', '/fail', '/nowhere']) await fetch(url + path);
  return stack.app.text('/metrics');
}

/** One server that is many targets: each has a path of its own, and every number grows with each scrape. */
async function manyTargets(page: string) {
  const lines = page.split('\n');
  let scrapes = 0;
  const server = createServer((_, response) => {
    const growth = ++scrapes;
    const grown = lines.map((line) => {
      const [, series, value] = line.match(/^([^#]\S*) (\d+)$/) ?? [];
      return series ? `${series} ${Number(value) + growth}` : line;
    });
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(grown.join('\n'));
  });
  server.listen(0);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function measure(targets: number, port: number) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-targets-'));
  const target = (n: number) => ({
    targets: [`bench:${port}`],
    labels: { __metrics_path__: `/metrics/${n}`, instance: `app-${n}` },
  });
  const web = {
    job_name: 'web',
    static_configs: Array.from({ length: targets }, (_, n) => target(n)),
  };
  const own = { job_name: 'prometheus', static_configs: [{ targets: ['localhost:9090'] }] };
  const settings = {
    global: { scrape_interval: '5s', evaluation_interval: '5s' },
    rule_files: ['*-rules.yaml'],
    scrape_configs: [own, web],
  };
  for (const name of ['alert-rules.yaml', 'slo-rules.yaml'])
    writeFileSync(join(folder, name), readFileSync(join(SETTINGS, 'prometheus', name)));
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(settings));
  const where = ['--add-host', 'bench:host-gateway', '--publish', '127.0.0.1::9090'];
  const id = await docker([
    ...['run', '--rm', '--detach', '--user', 'root', ...where],
    ...['--volume', `${folder}:/etc/prometheus:ro`, IMAGE],
  ]);
  try {
    const address = await docker(['port', id, '9090']);
    const { prometheus } = serversAt(async () => `http://${address}`);
    await waitFor({
      what: 'every target to be up',
      withinSeconds: 60,
      look: () => prometheus.query('sum(up{job!="prometheus"})'),
      until: ([seen]) => Number(seen?.value[1]) === targets,
    });
    await pause(MEASURED_SECONDS * 1_000);
    // The targets have some of the same names, which they have from the app.
    const ask = async (expression: string) =>
      Number((await prometheus.query(expression.replace('{', '{job="prometheus",')))[0]?.value[1]);
    return {
      targets,
      series: await ask('prometheus_tsdb_head_series{}'),
      'samples/s': Math.round(
        await ask('rate(prometheus_tsdb_head_samples_appended_total{type="float"}[1m])'),
      ),
      'memory MiB': Math.round((await ask('process_resident_memory_bytes{}')) / 1_024 ** 2),
      'CPU %': Math.round(100 * (await ask('rate(process_cpu_seconds_total{}[1m])'))),
    };
  } finally {
    await docker(['rm', '--force', id]);
    rmSync(folder, { recursive: true });
  }
}

await ensureEngine();
await ensureImages([IMAGE]);
const { server, port } = await manyTargets(await pageOfApp());
const rows = [];
for (const count of COUNTS.length > 0 ? COUNTS : [100, 1_000])
  rows.push(await measure(count, port));
server.close();
console.table(rows);
