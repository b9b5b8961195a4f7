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

/** How many requests each app gets while Node.js still compiles, and how many are measured. */
const [WARM_UP, MEASURED, CONNECTIONS] = [5_000, 20_000, 10];
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

/** @returns microseconds of CPU for one request, of a process of its own */
async function cpuPerRequest({ main, env }: App, quick: boolean): Promise<number> {
  const meter = `data:text/javascript,${encodeURIComponent(METER)}`;
  const app = fork(main, {
    execArgv: ['--import', import.meta.resolve('tsx'), '--import', meter],
    env: { ...process.env, ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    const [line] = await once(app.stdout ?? app, 'data');
    const url = `${String(line)
      .match(/http\S+/)?.[0]
      .replace('localhost', '127.0.0.1')}/`;
    const send = async (amount: number) => {
      const { non2xx, errors } = await autocannon({ url, connections: CONNECTIONS, amount });
      if (non2xx + errors > 0) throw new Error(`${main}: ${non2xx + errors} requests failed`);
    };
    const computed = async () => {
      const answer = once(app, 'message');
      app.send('');
      const [{ user, system }] = await answer;
      return user + system;
    };
    const amount = quick ? QUICK : MEASURED;
    await send(quick ? QUICK : WARM_UP);
    const before = await computed();
    await send(amount);
    return ((await computed()) - before) / amount;
  } finally {
    app.kill('SIGKILL');
  }
}

export const overhead: Part = {
  title: text('What measuring costs', '量測的代價'),
  about: text(
    `CPU of the service's process for one \`GET /\`, user and system, over ${MEASURED.toLocaleString('en')} requests from ${CONNECTIONS} connections, after ${WARM_UP.toLocaleString('en')} that do not count. Each run starts every app once, one after another, each second run in the opposite order; the ratios are those of one run to that run's bare Express. *Bare Express* is the same service without a metric, *express-prom-bundle* the same with that package, which times each request. Apps that differ only in comments are measured once. They run on this machine's Node.js, without a container.`,
    `服務的行程處理一個 \`GET /\` 所用的 CPU（user 加 system）：${CONNECTIONS} 條連線送出 ${MEASURED.toLocaleString('en')} 個請求，之前的 ${WARM_UP.toLocaleString('en')} 個不計。每一輪把每個 app 各啟動一次，一個接一個，隔輪順序相反；比值是同一輪裡和不含指標的 Express 相比。*bare Express* 是沒有任何指標的同一個服務，*express-prom-bundle* 是加上這個套件的同一個服務，它會為每個請求計時。只有註解不同的 app 只量一次。它們直接用這台機器的 Node.js 執行，不在容器裡。`,
  ),
  runs: 7,
  memory: 1,
  containers: false,
  async measure({ runs, quick, say, signal }) {
    const bare = { id: 'bare Express', main: join(import.meta.dirname, 'bare-app.ts') };
    await using folder = temporaryFolder('bench');
    const apps: App[] = [bare, ...appsOfSteps()];
    const args = ['install', '--no-audit', '--no-fund', '--prefix', folder.path, ...BUNDLE];
    // Trying the tool needs no registry.
    const installed = quick ? undefined : await execa('npm', args, { reject: false });
    if (installed?.exitCode === 0)
      apps.push({ ...bare, id: 'express-prom-bundle', env: { BUNDLE: folder.path } });
    const cpu = new Map(apps.map(({ id }): [string, number[]] => [id, []]));
    for (let run = 0; run < runs; run++) {
      for (const app of run % 2 === 0 ? apps : apps.toReversed()) {
        signal.throwIfAborted();
        cpu.get(app.id)?.push(await cpuPerRequest(app, quick));
      }
      say(`overhead: run ${run + 1} of ${runs}`);
    }
    const ofBare = cpu.get(bare.id) ?? [];
    const chinese = (id: string) => id.replace(/^steps? (.*)/, '第 $1 步');
    const ratio = ([, values]: [string, number[]]) =>
      values.map((value, run) => value / (ofBare[run] ?? Number.NaN));
    const why = installed?.exitCode !== 0 && installed?.stderr.split('\n')[0];
    return {
      series: [
        ...[...cpu].slice(1).map((app) => {
          const id = `${app[0]}, to bare Express`;
          return figure([id, `${chinese(app[0])}，和 bare Express 相比`], '×', ratio(app));
        }),
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
  ],
};
