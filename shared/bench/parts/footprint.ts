import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { docker } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import { startStack } from '../../stack/index.ts';
import { STEPS, stepNumber } from '../../verify/index.ts';
import { atMost, figure, goal, type Part, sideBySide, text } from '../figures.ts';

/** A program that has just started computes more than one at rest. Milliseconds. */
const SETTLE_MS = 10_000;

/** How many stacks are up at once: each container is counted apart. */
const WIDTH = 3;

const UNITS: Record<string, number> = { B: 1e-6, KiB: 1024e-6, MiB: 1.048576, GiB: 1073.741824 };

interface Usage {
  service: string;
  /** MB, without what the kernel may take back. */
  memory: number;
  /** Percent of its limit. */
  ofLimit: number;
  /** Percent of one core. */
  processor: number;
}

/** What the containers use at the moment, as the engine says. */
async function readUsage(services: Map<string, string>): Promise<Usage[]> {
  const args = ['stats', '--no-stream', '--no-trunc', '--format', '{{json .}}'];
  const lines = (await docker([...args, ...services.keys()])).split('\n');
  return lines.map((line) => {
    const { ID, MemUsage, MemPerc, CPUPerc } = JSON.parse(line);
    const [, amount = '', unit = ''] = MemUsage.match(/^([\d.]+)(\w+)/) ?? [];
    return {
      service: services.get(ID) ?? '',
      memory: Number(amount) * (UNITS[unit] ?? Number.NaN),
      ofLimit: Number.parseFloat(MemPerc),
      processor: Number.parseFloat(CPUPerc),
    };
  });
}

/** One step's stack, up and without traffic. */
async function rest(step: string, runs: number, signal: AbortSignal) {
  const directory = join(ROOT, 'solutions', step);
  await using stack = await startStack({ directory, signal });
  await pause(SETTLE_MS, undefined, { signal });
  const running = (await stack.containers()).filter(({ state }) => state === 'running');
  const services = new Map(running.map(({ id, service }) => [id, service]));
  const looks: Usage[][] = [];
  for (let run = 0; run < runs; run++) looks.push(await readUsage(services));
  const sum = (of: 'memory' | 'processor') =>
    looks.map((all) => all.reduce((total, one) => total + one[of], 0));
  const fullest = looks.map((all) => Math.max(...all.map(({ ofLimit }) => ofLimit)));
  const [{ service = '' } = {}] = looks.flat().sort((a, b) => b.ofLimit - a.ofLimit);
  const english = `step ${stepNumber(step)}`;
  const chinese = `第 ${stepNumber(step)} 步`;
  return {
    series: [
      figure(
        [`${english}: nearest to its limit, ${service}`, `${chinese}：離上限最近的 ${service}`],
        '%',
        fullest,
      ),
      figure([`${english}: memory of all`, `${chinese}：全部的記憶體`], 'MB', sum('memory')),
      figure(
        [`${english}: CPU of all, of one core`, `${chinese}：全部的 CPU，占一個核心`],
        '%',
        sum('processor'),
      ),
    ],
    leftOut: [...stack.leftOut.keys()],
  };
}

export const footprint: Part = {
  title: text('What a stack needs at rest', '閒置時用多少'),
  about: text(
    "Each step's containers without traffic, as `docker stats` shows them: memory and CPU of all together, and the container that is nearest to its `mem_limit` of the compose file. The compose files limit memory only. Docker does not ask for their health meanwhile.",
    '每一步的容器在沒有流量時的用量，由 `docker stats` 顯示：全部合計的記憶體和 CPU，以及離 compose 檔的 `mem_limit` 最近的容器。compose 檔只限制記憶體。這段時間 Docker 不會檢查它們的健康狀態。',
  ),
  runs: 5,
  memory: 3,
  containers: true,
  async measure({ runs, quick, say, signal }) {
    const steps = quick ? STEPS.slice(0, 1) : STEPS;
    const measured = await sideBySide(
      WIDTH,
      steps.map((step) => async () => {
        const one = await rest(step, runs, signal);
        say(`footprint: ${step}`);
        return one;
      }),
    );
    const leftOut = [...new Set(measured.flatMap((one) => one.leftOut))].join(', ');
    return {
      series: measured.flatMap(({ series }) => series),
      notes: leftOut
        ? [
            text(
              `Where a step has it, it ran without ${leftOut}, whose image is not available here.`,
              `步驟裡的 ${leftOut} 沒有執行，因為這裡沒有它的映像檔。`,
            ),
          ]
        : [],
    };
  },
  goals: [
    goal(
      [
        'every container uses at most half of its memory limit, every time',
        '每個容器每一次都最多用到記憶體上限的一半',
      ],
      atMost(/: nearest to its limit/, 'max', 50),
    ),
  ],
};
