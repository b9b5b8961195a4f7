import { bundle } from '../../verify/expect/program/index.ts';
import { type Finding, fail, type StepUnderTest } from '../../verify/files/index.ts';
import type { Check } from '../../verify/runner/index.ts';
import { MAIN, type ProgramRun, type Surroundings, startProgram } from './program.ts';
import { listen, type Plan, type Seen } from './target.ts';

/** Small enough for any machine, and large enough to tell answers apart. A request a second for each connection. */
export const RATE = 20;
/** Long enough to tell a steady rate from a burst. Seconds. */
export const SECONDS = 2;
export const COUNT = RATE * SECONDS;
/** At a steady rate the second second's requests come much later than this. */
export const EARLY_MS = 700;
/** What each request of the mixed load must be. */
export const REQUEST = 'GET /here';

/** 12 of 36 responses take so long, in milliseconds, so that a mean and a median are far apart. */
export const SLOW_MS = 900;

/** Of 40 requests 4 get a 500, 2 a 404, 3 are reset and 1 gets no response: 25 % of those sent fail. */
const mixed: Plan = (number) => {
  if (number === 4) return { fate: 'silence' };
  if ([24, 29, 34].includes(number)) return { fate: 'reset' };
  const fate = number % 10 === 3 ? 500 : number % 20 === 8 ? 404 : 200;
  return { fate, afterMs: number < RATE && number % 5 < 3 ? SLOW_MS : 20 };
};

/** The same fates, and nothing takes long: a request without a response is reset. */
const quick: Plan = (number) => {
  const { fate } = mixed(number);
  return { fate: fate === 'silence' ? 'reset' : fate };
};

/** So many that one of them is less than 1 %. */
export const STRICT_COUNT = 120;

interface Load {
  plan: Plan;
  /** What follows --target. */
  options: string;
  as?: Surroundings;
  /** Press Ctrl-C when the load has begun. */
  interrupt?: boolean;
}

const MIXED = `--rate ${RATE} --connections ${RATE} --duration ${SECONDS} --timeout 1.5 --path /here`;
/** With two requests a second for each connection autocannon counts some of what it sends twice. */
const DOUBLE = MIXED.replace(`--connections ${RATE}`, `--connections ${RATE / 2}`);

/** Nobody's permission is asked here, so not a byte may leave for it. */
export const FOREIGN = 'http://127.0.0.1.example.com';

/** Each is one start of the program. What several checks look at comes from the same. */
const LOADS = {
  /** As many fail as are allowed, and somebody seems to watch. */
  mixed: { plan: mixed, options: `${MIXED} --max-errors 0.25`, as: 'terminal' },
  /** More fail than are allowed, by a little. */
  tooMany: { plan: quick, options: `${DOUBLE} --max-errors 0.24` },
  /** One fails, which is less than the default allows, and none may. */
  strict: {
    plan: (number) => ({ fate: number === 0 ? 500 : 200 }),
    options: `--rate ${STRICT_COUNT} --duration 1 --max-errors 0`,
  },
  /** Two connections to a target that takes 0.4 s bring 5 requests a second, and each succeeds. */
  slow: {
    plan: () => ({ fate: 200, afterMs: 400 }),
    options: `--rate ${RATE} --connections 2 --duration 1 --timeout 1 --max-errors 1`,
  },
  /** Every fourth request is reset, which is allowed, and all are sent in time. */
  lossy: {
    plan: (number) => ({ fate: number % 4 === 3 ? 'reset' : 200 }),
    options: `--rate ${RATE} --connections ${RATE} --duration ${SECONDS} --max-errors 0.3`,
  },
  /** The target takes requests and never responds. */
  silent: {
    plan: () => ({ fate: 'silence' }),
    options: '--rate 10 --connections 10 --duration 1 --timeout 1 --max-errors 1',
  },
  interrupted: {
    plan: () => ({ fate: 200 }),
    options: `--rate ${RATE} --connections ${RATE} --duration 5`,
    interrupt: true,
  },
  foreign: { plan: () => ({ fate: 200 }), options: `--target ${FOREIGN}`, as: 'offline' },
} satisfies Record<string, Load>;

type LoadName = keyof typeof LOADS;
const OTHERS = (Object.keys(LOADS) as LoadName[]).filter((name) => name !== 'mixed');

/** How the program went, and what the target saw of it. */
export interface LoadRun extends ProgramRun, Seen {
  /** The longest time for which the machine let the program, or the target, wait. In milliseconds. */
  disturbedMs: number;
}

/** The bundled file. @throws BuildFailure and MachineFault, as `bundle` does */
export const programOf = (step: StepUnderTest): Promise<string> =>
  onceForProgram(step, 'program', () => bundle(step, MAIN));

/** In the proof many answers hold the same program. */
function onceForProgram<T>(step: StepUnderTest, what: string, compute: () => T): T {
  const { files } = step;
  const paths = files.all('load-test').filter((path) => !path.includes('node_modules/'));
  const contents = paths.map((path) => `${path}\n${files.text(path)}`).join('\n');
  return step.shared(`${what} of\n${contents}`, compute);
}

/** A check of one load: it fails when the program did not do what is right. */
export function checkRun({
  load,
  isRight,
  isConclusive = isRight,
  finding,
  ...check
}: Omit<Check, 'kind' | 'run'> & {
  load: LoadName;
  isRight(run: LoadRun): boolean;
  /** False when only a busy machine may be the reason for what was seen: then the load is sent again. */
  isConclusive?(run: LoadRun): boolean;
  finding(run: LoadRun, step: StepUnderTest): Finding;
}): Check {
  return {
    ...{ ...check, kind: 'local' },
    async run(step) {
      const run = await runUntil(step, load, isConclusive);
      if (!isRight(run)) fail(finding(run, step));
    },
  };
}

/** A wait longer than this many milliseconds may change what a load of two seconds shows. */
const CALM_MS = 100;

/** All requests of the mixed load have arrived, and none too early. */
const looksWell = ({ arrivedAt, requests }: Seen): boolean =>
  requests.length === COUNT &&
  requests.every((request) => request === REQUEST) &&
  (arrivedAt[RATE] ?? 0) - (arrivedAt[0] ?? 0) > EARLY_MS;

/** @returns the last of up to seven runs */
async function runUntil(
  step: StepUnderTest,
  name: LoadName,
  isConclusive: (run: LoadRun) => boolean,
): Promise<LoadRun> {
  const program = await programOf(step);
  const runs = onceForProgram(step, 'runs', () => new Map<LoadName, Promise<LoadRun>>());
  const start = (each: LoadName, onRequest?: (seen: Seen) => void) => {
    const run = runs.get(each) ?? sendLoad(step, program, LOADS[each], onRequest);
    // Thrown where somebody looks at it.
    run.catch(() => {});
    runs.set(each, run);
    return run;
  };
  // Each takes seconds, so the others are started together, as soon as the first looks well.
  const startOthers = () => {
    for (const each of OTHERS) start(each);
  };
  if (name !== 'mixed') startOthers();
  let run = await start(name, (seen) => looksWell(seen) && startOthers());
  for (let times = 0; times < 6 && !isConclusive(run) && run.disturbedMs > CALM_MS; times++)
    run = await sendLoad(step, program, LOADS[name]);
  runs.set(name, Promise.resolve(run));
  return run;
}

async function sendLoad(
  step: StepUnderTest,
  program: string,
  { plan, options, as, interrupt }: Load,
  onRequest?: (seen: Seen) => void,
): Promise<LoadRun> {
  await using target = await listen(plan, (seen) => {
    if (interrupt && seen.requests.length === 1) running.interrupt();
    onRequest?.(seen);
  });
  const own = options.includes('--target') ? '' : `--target ${target.url} `;
  const running = startProgram(step, program, `${own}${options}`.split(' '), as);
  const run = await running.ended;
  return { ...run, ...target.seen, disturbedMs: Math.max(run.stalledMs, target.seen.lateMs) };
}
