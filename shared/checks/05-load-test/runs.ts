import type { StepUnderTest } from '../../verify/files/index.ts';
import { buildProgram, type Program, type ProgramOptions, type ProgramRun } from './program.ts';
import { listen, type Plan, type Target } from './target.ts';

/** Small enough for any machine, and large enough to tell answers apart. A request a second for each connection. */
export const RATE = 20;
/** Long enough to tell a steady rate from a burst. Seconds. */
export const SECONDS = 3;
export const COUNT = RATE * SECONDS;

/** One response in five takes so long, in milliseconds, so that a mean and a median are far apart. */
export const SLOW_MS = 800;

/** Of 60 requests 6 get a 500, 3 are reset and 1 gets no response: 16.7 % of those sent fail, 17.9 % of those answered. */
const mixed: Plan = (number) => {
  if (number === 5) return { fate: 'silence' };
  if (number % 20 === 7) return { fate: 'reset' };
  return { fate: number % 10 === 3 ? 'fail' : 'ok' };
};

interface Load extends Pick<ProgramOptions, 'as'> {
  plan: Plan;
  args: string[];
  /** Press Ctrl-C when the load has begun. */
  interrupt?: boolean;
}

const steady = ['--rate', `${RATE}`, '--connections', `${RATE}`, '--duration', `${SECONDS}`];

/** Each is one start of the program. What several checks look at comes from the same. */
const LOADS = {
  /** Everything succeeds, and somebody seems to watch. */
  good: {
    plan: (number) =>
      number < RATE && number % 5 < 3 ? { fate: 'ok', afterMs: SLOW_MS } : { fate: 'ok' },
    args: [...steady, '--path', '/here'],
    as: 'terminal',
  },
  /** Fewer fail than are allowed, by a little. */
  allowed: { plan: mixed, args: [...steady, '--timeout', '2', '--max-errors', '0.17'] },
  /** More fail than are allowed, by a little. */
  tooMany: { plan: mixed, args: [...steady, '--timeout', '2', '--max-errors', '0.15'] },
  /** Two connections to a target that takes 0.4 s bring 5 requests a second, and each succeeds. */
  slow: {
    plan: () => ({ fate: 'ok', afterMs: 400 }),
    args: [
      '--rate',
      '20',
      '--connections',
      '2',
      '--duration',
      '1',
      '--timeout',
      '1',
      '--max-errors',
      '1',
    ],
  },
  /** The target takes requests and never responds. */
  silent: {
    plan: () => ({ fate: 'silence' }),
    args: [
      '--rate',
      '10',
      '--connections',
      '10',
      '--duration',
      '1',
      '--timeout',
      '1',
      '--max-errors',
      '1',
    ],
  },
  interrupted: {
    plan: () => ({ fate: 'ok' }),
    args: ['--rate', '20', '--connections', '20', '--duration', '5'],
    interrupt: true,
  },
} satisfies Record<string, Load>;

export type LoadName = keyof typeof LOADS;

/** How the program went, and what the target saw of it. */
export interface LoadRun extends ProgramRun {
  target: Omit<Target, keyof AsyncDisposable>;
}

/** All starts of one load test. */
export interface Runs {
  foreign: ProgramRun;
  loads: Record<LoadName, LoadRun>;
}

/** Nobody's permission is asked here, so not a byte may leave for it. */
export const FOREIGN = 'http://127.0.0.1@example.com';

/** Starts everything at once, because each load takes seconds. @throws BuildFailure when the program does not parse */
export async function startRuns(step: StepUnderTest): Promise<Runs> {
  using program = await buildProgram(step);
  const names = Object.keys(LOADS) as LoadName[];
  const [foreign, ...loads] = await Promise.all([
    program.run(['--target', FOREIGN], { as: 'offline' }),
    ...names.map(async (name) => [name, await sendLoad(program, LOADS[name])] as const),
  ]);
  return { foreign, loads: Object.fromEntries(loads) as Runs['loads'] };
}

/** The runs of this judgement, or of an earlier one of the same files where those are shared, as in the proof. */
export function runsOf(step: StepUnderTest): Promise<Runs> {
  const { files } = step;
  const paths = files.all('load-test').filter((path) => !path.includes('node_modules/'));
  const contents = paths.map((path) => `${path}\n${files.text(path)}`).join('\n');
  return step.shared(`runs of\n${contents}`, () => startRuns(step));
}

/**
 * One of the loads. Where it is not right and the machine was too busy to say why, it is sent again, by itself.
 *
 * @returns the last of up to four runs
 */
export async function loadRun(
  step: StepUnderTest,
  name: LoadName,
  isRight: (run: LoadRun) => boolean,
): Promise<LoadRun> {
  const { loads } = await runsOf(step);
  for (let times = 0; times < 3 && !isRight(loads[name]) && wasDisturbed(loads[name]); times++) {
    using program = await buildProgram(step);
    loads[name] = await sendLoad(program, LOADS[name]);
  }
  return loads[name];
}

async function sendLoad(program: Program, { plan, args, as, interrupt }: Load): Promise<LoadRun> {
  await using target = await listen(plan);
  const run = await program.run(['--target', target.url, ...args], {
    ...(as && { as }),
    ...(interrupt && { interrupt: target.firstRequest }),
  });
  return { ...run, target };
}

/** A stall or a delay longer than this many milliseconds may change what a load of three seconds shows. */
const CALM_MS = 250;

function wasDisturbed({ stalledMs, target: { disturbed } }: LoadRun): boolean {
  return stalledMs > CALM_MS || disturbed.lateMs > CALM_MS || disturbed.left > 0;
}
