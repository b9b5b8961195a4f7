import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { docker } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import { serversAt, startStack, waitFor } from '../../stack/index.ts';
import { temporaryFolder } from '../../temporary.ts';
import { STEPS } from '../../verify/index.ts';
import { figure, type Part, text } from '../figures.ts';

/** How many targets, and how long they are watched once all are up. Seconds. */
const [COUNTS, WATCHED] = [[100, 1_000], 120];
const [QUICK_COUNTS, QUICK_WATCHED] = [[10], 20];

/** Of these numbers each run has one, for each count of targets. */
const FIGURES = {
  series: ['series', '時間序列', 'count'],
  samples: ['samples a second', '每秒樣本', 'count'],
  memory: ['memory', '記憶體', 'MB'],
  processor: ['CPU, of one core', 'CPU，占一個核心', '%'],
} as const;
type Usage = Record<keyof typeof FIGURES, number>;

const step = join(ROOT, 'solutions', STEPS.at(-1) ?? '');

/** What a scrape of the app returns once every route was asked for. */
async function pageOfApp(signal: AbortSignal): Promise<string> {
  await using stack = await startStack({ directory: step, services: ['app'], signal });
  const url = await stack.url('app');
  for (const path of ['/', '/slow', '/fail', '/nowhere']) await fetch(url + path);
  return stack.app.text('/metrics');
}

/** One server that is many targets: each has a path of its own, and every whole number grows with each scrape. */
async function manyTargets(page: string) {
  const lines = page.split('\n').map((line) => line.match(/^([^#]\S*) (\d+)$/) ?? line);
  let scrapes = 0;
  const server = createServer((_, response) => {
    const growth = ++scrapes;
    const grown = lines.map((line) =>
      typeof line === 'string' ? line : `${line[1]} ${Number(line[2]) + growth}`,
    );
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(grown.join('\n'));
  });
  server.listen(0);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** The settings of a Prometheus with so many targets, and the rules that are about the app. */
function writeSettings(folder: string, targets: number, port: number): void {
  const target = (n: number) => ({
    targets: [`bench:${port}`],
    labels: { __metrics_path__: `/metrics/${n}`, instance: `app-${n}` },
  });
  const web = Array.from({ length: targets }, (_, n) => target(n));
  const settings = {
    global: { scrape_interval: '5s', evaluation_interval: '5s' },
    rule_files: ['*-rules.yaml'],
    scrape_configs: [
      { job_name: 'prometheus', static_configs: [{ targets: ['localhost:9090'] }] },
      { job_name: 'web', static_configs: web },
    ],
  };
  for (const name of ['alert-rules.yaml', 'slo-rules.yaml'])
    writeFileSync(join(folder, name), readFileSync(join(step, 'prometheus', name)));
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(settings));
}

/** Starts a Prometheus for so many targets, and looks at what it needs when they have been up for a while. */
async function watchTargets(
  targets: number,
  port: number,
  seconds: number,
  signal: AbortSignal,
): Promise<Usage> {
  await using folder = temporaryFolder('bench-targets');
  writeSettings(folder.path, targets, port);
  const [image = ''] =
    /prom\/prometheus:\S+/.exec(readFileSync(join(step, 'docker-compose.yaml'), 'utf8')) ?? [];
  const where = ['--add-host', 'bench:host-gateway', '--publish', '127.0.0.1::9090'];
  // As root, because the folder is nobody else's.
  const run = ['run', '--rm', '--detach', '--user', 'root', ...where];
  const id = await docker([...run, '--volume', `${folder.path}:/etc/prometheus:ro`, image]);
  try {
    const address = await docker(['port', id, '9090']);
    const { prometheus } = serversAt(async () => `http://${address}`);
    await waitFor({
      what: 'every target to be up',
      withinSeconds: 60,
      look: () => prometheus.query('sum(up{job="web"})'),
      until: ([seen]) => Number(seen?.value[1]) === targets,
      signal,
    });
    await pause(seconds * 1_000, undefined, { signal });
    // The targets have some of the same names, which they have from the app.
    const ask = async (name: string, of = (series: string) => series) =>
      Number((await prometheus.query(of(`${name}{job="prometheus"}`)))[0]?.value[1]);
    const rate = (series: string) => `sum(rate(${series}[1m]))`;
    return {
      series: await ask('prometheus_tsdb_head_series'),
      samples: await ask('prometheus_tsdb_head_samples_appended_total', rate),
      memory: (await ask('process_resident_memory_bytes')) / 1e6,
      processor: 100 * (await ask('process_cpu_seconds_total', rate)),
    };
  } finally {
    await docker(['rm', '--force', id]);
  }
}

export const targets: Part = {
  title: text('One Prometheus and many targets', '一個 Prometheus 和很多目標'),
  about: text(
    'One Prometheus with the rules of steps 4 and 7, and so many targets, each of which shows what an instance of the app shows, every 5 seconds. They are paths of one server, on which every number grows with each scrape. Looked at two minutes after all were up; after some hours it needs more memory, because the last two hours of samples are kept there. [What follows from it](concepts/how-far.md).',
    '一個 Prometheus，帶著第 4 步和第 7 步的規則，以及這麼多個目標，每個呈現的都和 app 的一個執行個體一樣，每 5 秒抓取一次。它們是一台伺服器的各個路徑，每次抓取時所有數字都會增加。全部上線兩分鐘後的用量；幾個小時之後需要更多記憶體，因為最近兩小時的樣本都留在裡面。[由此得知什麼](concepts/how-far.md)。',
  ),
  runs: 3,
  memory: 2,
  containers: true,
  async measure({ runs, quick, say, signal }) {
    const server = await manyTargets(await pageOfApp(signal));
    const series = [];
    try {
      for (const count of quick ? QUICK_COUNTS : COUNTS) {
        const seen: Usage[] = [];
        for (let run = 0; run < runs; run++) {
          seen.push(
            await watchTargets(count, server.port, quick ? QUICK_WATCHED : WATCHED, signal),
          );
          say(`targets: ${count}, run ${run + 1}`);
        }
        for (const key of Object.keys(FIGURES) as (keyof Usage)[]) {
          const [english, chinese, unit] = FIGURES[key];
          const values = seen.map((one) => one[key]);
          series.push(
            figure([`${count} targets: ${english}`, `${count} 個目標：${chinese}`], unit, values),
          );
        }
      }
    } finally {
      server.close();
    }
    return { series, notes: [] };
  },
  goals: [],
};
