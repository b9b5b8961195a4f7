import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { execa } from 'execa';
import { ROOT } from '../../root.ts';
import { temporaryFolder } from '../../temporary.ts';
import { STEPS, stepNumber } from '../../verify/index.ts';
import { atMost, figure, goal, type Part, text } from '../figures.ts';

/** What others use to the same end, as npm has it. It is installed for the run only. */
const BUNDLE = ['express-prom-bundle@8.0.0', 'prom-client@15.1.3'];

/** Loaded before the app: says how much the process has computed whenever it is asked. */
const METER = `process.on('message', () => process.send(process.cpuUsage())); process.channel.unref();`;

/** How many requests each app gets while Node.js still compiles, and how many are measured, in so many bursts. */
const [WARM_UP, MEASURED, BURSTS, CONNECTIONS] = [5_000, 20_000, 8, 10];
const QUICK = 200;

interface App {
  id: string;
  main: string;
  env?: Record<string, string>;
}

/** The apps of the steps that differ in more than their comments, named after the first and the last step. */
function appsOfSteps(): App[] {
  const apps = new Map<string, string[]>();
  for (const step of STEPS) {
    const folder = join(ROOT, 'solutions', step, 'app');
    const code = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n')
      .replaceAll(/^\s*\/\/.*$/gm, '')
      .replaceAll(/\/\*[\s\S]*?\*\/|\s/g, '');
    apps.set(code, [...(apps.get(code) ?? []), step]);
  }
  return [...apps.values()].map((steps) => {
    const [first = '', last = first] = [steps[0], steps.at(-1)];
    const id =
      first === last
        ? `step ${stepNumber(first)}`
        : `steps ${stepNumber(first)}–${stepNumber(last)}`;
    return { id, main: join(ROOT, 'solutions', last, 'app/main.ts') };
  });
}

/** Starts the service as a process of its own. */
async function start({ main, env }: App) {
  const meter = `data:text/javascript,${encodeURIComponent(METER)}`;
  const app = fork(main, {
    execArgv: ['--import', import.meta.resolve('tsx'), '--import', meter],
    env: { ...process.env, ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = await once(app.stdout ?? app, 'data');
  const url = `${String(line)
    .match(/http\S+/)?.[0]
    .replace('localhost', '127.0.0.1')}/`;
  const computed = async () => {
    const answer = once(app, 'message');
    app.send('');
    const [{ user, system }] = await answer;
    return user + system;
  };
  return {
    /** @returns microseconds of CPU for all of them */
    async send(amount: number): Promise<number> {
      const before = await computed();
      const { non2xx, errors } = await autocannon({ url, connections: CONNECTIONS, amount });
      if (non2xx + errors > 0) throw new Error(`${main}: ${non2xx + errors} requests failed`);
      return (await computed()) - before;
    },
    end: () => app.kill('SIGKILL'),
  };
}

/** @returns microseconds of CPU for one request, of each app, in processes of their own */
async function cpuPerRequest(apps: App[], quick: boolean, signal: AbortSignal): Promise<number[]> {
  const starts = await Promise.allSettled(apps.map(start));
  const running = starts.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
  try {
    for (const it of starts) if (it.status === 'rejected') throw it.reason;
    const [warmUp, burst] = quick ? [QUICK, QUICK] : [WARM_UP, MEASURED / BURSTS];
    for (const app of running) await app.send(warmUp);
    const cpu = running.map((app) => ({ app, sum: 0 }));
    const bursts = quick ? 2 : BURSTS;
    for (let turn = 0; turn < bursts; turn++) {
      signal.throwIfAborted();
      for (const one of turn % 2 === 0 ? cpu : cpu.toReversed())
        one.sum += await one.app.send(burst);
    }
    return cpu.map(({ sum }) => sum / (bursts * burst));
  } finally {
    for (const app of running) app.end();
  }
}

export const overhead: Part = {
  title: text('What measuring costs', '量測的代價'),
  about: text(
    `CPU of the service's process for one \`GET /\`, user and system, over ${MEASURED.toLocaleString('en')} requests from ${CONNECTIONS} connections, after ${WARM_UP.toLocaleString('en')} that do not count. Each run starts every app once, and they get these requests in turn, in bursts of ${(MEASURED / BURSTS).toLocaleString('en')}, every second time in the opposite order, because a machine is now faster, now slower; each ratio compares values of the same run. *Bare Express* is the same service without a metric, *express-prom-bundle* the same with that package, which times each request. Apps that differ only in comments are measured once. They run on this machine's Node.js, without a container.`,
    `服務的行程處理一個 \`GET /\` 所用的 CPU（user 加 system）：${CONNECTIONS} 條連線送出 ${MEASURED.toLocaleString('en')} 個請求，之前的 ${WARM_UP.toLocaleString('en')} 個不計。機器時快時慢，所以每一輪把每個 app 各啟動一次，輪流送請求，每次 ${(MEASURED / BURSTS).toLocaleString('en')} 個，隔次順序相反；比值都是同一輪裡的。*bare Express* 是沒有任何指標的同一個服務，*express-prom-bundle* 是加上這個套件的同一個服務，它會為每個請求計時。只有註解不同的 app 只量一次。它們直接用這台機器的 Node.js 執行，不在容器裡。`,
  ),
  runs: 7,
  memory: 1,
  containers: false,
  async measure({ runs, quick, say, signal }) {
    const bare = { id: 'bare Express', main: join(import.meta.dirname, 'bare-app.ts') };
    await using folder = temporaryFolder('bench');
    const steps = appsOfSteps();
    const apps: App[] = [bare, ...steps];
    const args = ['install', '--no-audit', '--no-fund', '--prefix', folder.path, ...BUNDLE];
    // Trying the tool needs no registry.
    const installed = quick ? undefined : await execa('npm', args, { reject: false });
    if (installed?.exitCode === 0)
      apps.push({ ...bare, id: 'express-prom-bundle', env: { BUNDLE: folder.path } });
    const cpu = new Map(apps.map(({ id }): [string, number[]] => [id, []]));
    for (let run = 0; run < runs; run++) {
      const values = await cpuPerRequest(apps, quick, signal);
      for (const [at, { id }] of apps.entries()) cpu.get(id)?.push(values[at] ?? Number.NaN);
      say(`overhead: run ${run + 1} of ${runs}`);
    }
    const chinese = (id: string) => id.replace(/^steps? (.*)/, '第 $1 步');
    const ratio = (id: string, base: string) => {
      const name = /^steps? /.test(base) ? chinese(base) : ` ${base} `;
      const values = (cpu.get(id) ?? []).map(
        (value, run) => value / (cpu.get(base)?.[run] ?? Number.NaN),
      );
      return figure([`${id}, to ${base}`, `${chinese(id)}，和${name}相比`], '×', values);
    };
    const [before = '', after = ''] = steps.map(({ id }) => id);
    const why = installed?.exitCode !== 0 && installed?.stderr.split('\n')[0];
    return {
      series: [
        ...apps.slice(1).map(({ id }) => ratio(id, bare.id)),
        ratio(after, before),
        ...[...cpu].map(([id, values]) => figure([id, chinese(id)], 'µs', values)),
      ],
      notes: why
        ? [
            text(
              `express-prom-bundle was not measured, because npm could not install it: ${why}`,
              `沒有量 express-prom-bundle，因為 npm 無法安裝它：${why}`,
            ),
          ]
        : [],
    };
  },
  goals: [
    goal(
      ['step 1 ≤ 1.05 of bare Express (median)', '第 1 步 ≤ bare Express 的 1.05 倍（中位數）'],
      atMost(/^steps? 1\b.*to bare/, 'median', 1.05),
    ),
    goal(
      ['step 6 ≤ 1.15 of bare Express (median)', '第 6 步 ≤ bare Express 的 1.15 倍（中位數）'],
      atMost(/^steps? 6\b.*to bare/, 'median', 1.15),
    ),
    goal(
      ['step 6 ≤ 1.10 of step 5 (median)', '第 6 步 ≤ 第 5 步的 1.10 倍（中位數）'],
      atMost(/^steps? 6\b.*to steps? 1\b/, 'median', 1.1),
    ),
  ],
};
