import type { StepUnderTest } from '../../verify/files/index.ts';
import { buildProgram, type Program, type ProgramOptions, type ProgramRun } from './program.ts';
import { listen, type Plan, type Target } from './target.ts';

/** Small enough for any machine, and large enough to tell answers apart. A request a second for each connection. */
export const RATE = 20;
/** Long enough to tell a steady rate from a burst. Seconds. */
export const SECONDS = 2;
export const COUNT = RATE * SECONDS;
/** What each request of the good load must be. */
export const REQUEST = 'GET /here';
/** At a steady rate the second second's requests come much later than this. */
export const EARLY_MS = 700;

/** 12 of 40 responses take so long, in milliseconds, so that a mean and a median are far apart. */
export const SLOW_MS = 900;

/** Of 40 requests 4 get a 500, 2 are reset and 1 gets no response: 17.5 % of those sent fail, 18.9 % of those answered. */
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
    args: [...steady, '--timeout', '2', '--path', '/here'],
    as: 'terminal',
  },
  /** Fewer fail than are allowed, by a little. */
  allowed: { plan: mixed, args: [...steady, '--timeout', '2', '--max-errors', '0.18'] },
  /** More fail than are allowed, by a little. */
  tooMany: { plan: mixed, args: [...steady, '--timeout', '2', '--max-errors', '0.16'] },
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

type Runs = Map<LoadName, Promise<LoadRun>>;

/** Nobody's permission is asked here, so not a byte may leave for it. */
export const FOREIGN = 'http://127.0.0.1.example.com';

/** Those that are started together, once the first looks well: each takes seconds. */
const OTHERS: LoadName[] = ['allowed', 'tooMany', 'slow', 'silent'];

/**
 * The runs of this judgement, or of an earlier one of the same files where those are shared, as in the proof.
 *
 * @throws BuildFailure when the program does not parse
 */
export function runsOf(step: StepUnderTest): Promise<Runs> {
  return onceForProgram(step, 'loads', async () => {
    const program = await programOf(step);
    const runs: Runs = new Map();
    const good = sendLoad(program, LOADS.good, ({ arrivedAt, requests }) => {
      if (requests.length !== RATE + 1) return;
      const isSteady = (arrivedAt[RATE] ?? 0) - (arrivedAt[0] ?? 0) > EARLY_MS;
      if (isSteady && requests.every((request) => request === REQUEST)) startOthers(program, runs);
    });
    runs.set('good', good);
    good.catch(() => {});
    return runs;
  });
}

function startOthers(program: Program, runs: Runs): void {
  for (const name of OTHERS) {
    if (runs.has(name)) continue;
    const run = sendLoad(program, LOADS[name]);
    // Thrown where somebody looks at it.
    run.catch(() => {});
    runs.set(name, run);
  }
}

/** How the program took a target that belongs to somebody else. */
export const foreignRun = (step: StepUnderTest): Promise<ProgramRun> =>
  onceForProgram(step, 'foreign', async () =>
    (await programOf(step)).run(['--target', FOREIGN], { as: 'offline' }),
  );

const programOf = (step: StepUnderTest): Promise<Program> =>
  onceForProgram(step, 'program', () => buildProgram(step));

function onceForProgram<T>(step: StepUnderTest, what: string, compute: () => T): T {
  const { files } = step;
  const paths = files.all('load-test').filter((path) => !path.includes('node_modules/'));
  const contents = paths.map((path) => `${path}\n${files.text(path)}`).join('\n');
  return step.shared(`${what} of\n${contents}`, compute);
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
  const runs = await runsOf(step);
  const program = await programOf(step);
  if (name !== 'good') startOthers(program, runs);
  const send = () => sendLoad(program, LOADS[name]);
  let run = await (runs.get(name) ?? send());
  for (let times = 0; times < 3 && !isRight(run) && wasDisturbed(run); times++) run = await send();
  runs.set(name, Promise.resolve(run));
  return run;
}

async function sendLoad(
  program: Program,
  { plan, args, as, interrupt }: Load,
  onRequest?: Parameters<typeof listen>[1],
): Promise<LoadRun> {
  await using target = await listen(plan, onRequest);
  const run = await program.run(['--target', target.url, ...args], {
    ...(as && { as }),
    ...(interrupt && { interrupt: target.firstRequest }),
  });
  return { ...run, target };
}

/** A stall or a delay longer than this many milliseconds may change what a load of two seconds shows. */
const CALM_MS = 100;

function wasDisturbed({ stalledMs, target: { lateMs } }: LoadRun): boolean {
  return stalledMs > CALM_MS || lateMs > CALM_MS;
}
