import { join } from 'node:path';
import { MachineFault } from '../../engine/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import {
  listen,
  type ProgramOptions,
  type ProgramRun,
  runProgram,
  type Target,
} from './local-program.ts';

export const MAIN = 'load-test/load-test.ts';

/** A load that is small enough for any machine, and large enough to tell answers apart. */
export const LOAD = { rate: 20, connections: 20 };

/** Every tenth answer takes longer, so that the percentiles differ. Milliseconds. */
export const ANSWER_MS = { most: 50, everyTenth: 200 };

/** Runs the step's load test with these words after its name. @throws MachineFault when its packages are missing */
export async function loadTest(
  step: StepUnderTest,
  words: string[],
  options?: ProgramOptions,
): Promise<ProgramRun> {
  const run = await runProgram(join(step.files.directory, MAIN), words, options);
  if (run.stderr.includes("Cannot find package 'autocannon'")) {
    throw new MachineFault(
      'autocannon-missing',
      'The package autocannon is not installed where the load test can find it.',
      'npm ci, in the folder of this repository or in load-test',
    );
  }
  return run;
}

/** What becomes of request number 0, 1, 2, …: an answer, a 500, a reset connection, or nothing at all. */
export type Fate = (number: number) => 'answer' | 'fail' | 'reset' | 'silence';

export interface Measured extends ProgramRun {
  target: Pick<Target, 'arrivedAt' | 'restedMs' | 'connections'>;
  /** How many requests were answered or reset while somebody waited for it. */
  settled: number;
}

export interface LoadRun extends Pick<ProgramOptions, 'preload'> {
  /** Seconds. */
  duration: number;
  fate?: Fate;
  /** How long each answer takes, in milliseconds. Default: `ANSWER_MS`. */
  answerMs?: number;
  /** More options of the load test. */
  words?: string[];
  /** Press Ctrl-C when the load has begun. */
  interrupt?: boolean;
}

/** Lets the load test send its load to a server on this machine. */
export async function sendLoad(
  step: StepUnderTest,
  { duration, fate = () => 'answer', answerMs, words = [], interrupt = false, preload }: LoadRun,
): Promise<Measured> {
  let settled = 0;
  await using target = await listen((request, response, number) => {
    const kind = fate(number);
    if (kind === 'silence') return;
    response.statusCode = kind === 'fail' ? 500 : 200;
    const delay = answerMs ?? (number % 10 === 0 ? ANSWER_MS.everyTenth : ANSWER_MS.most);
    setTimeout(() => {
      if (!request.socket.destroyed) settled += 1;
      if (kind === 'reset') request.socket.resetAndDestroy();
      else response.end('{"status":"ok"}');
    }, delay);
  });
  const load = Object.entries({ target: target.url, ...LOAD, duration });
  const options = load.flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const run = await loadTest(step, [...options, ...words], {
    ...(preload && { preload }),
    ...(interrupt && { interrupt: target.firstRequest }),
  });
  return { ...run, target, settled };
}

/** The line of an error message that says what is wrong, without places and numbers that differ from run to run. */
export function describeError({ stdout, stderr, exitCode, killed }: ProgramRun): string {
  if (killed) return 'it does not end';
  const lines = (stderr || stdout).split('\n').filter((line) => line.trim());
  const line = lines.find((text) => /^\s*(\w*Error|.*: ERROR)\b/.test(text)) ?? lines[0];
  const words = line?.trim().replaceAll(/(file:\/\/)?\/\S*\/(?=load-test\/)/g, '');
  return `exit code ${exitCode}${words ? `: ${words}` : ', and not a word'}`;
}

/** The place in the load test that an error names, else its first file. */
export function whereOfError({ stderr }: ProgramRun): string {
  const [, file, line] = stderr.match(/\/(load-test\/[\w.-]+\.ts):(\d+)/) ?? [];
  return file ? `${file}:${line}` : MAIN;
}

/** The first number after a label, in the last line that has both; progress lines and option names aside. */
export function read(output: string, label: RegExp): { value: number; unit: string } | undefined {
  const lines = output.split(/[\r\n]+/).map((line) => line.replaceAll(/--[\w-]+/g, ''));
  for (const line of lines.reverse()) {
    const [, value, unit = ''] =
      line.match(new RegExp(`${label.source}[^\\d\\n]*?(\\d+(?:\\.\\d+)?)\\s*(m?s\\b)?`, 'i')) ??
      [];
    if (value !== undefined && !/\bin all\b/.test(line)) return { value: Number(value), unit };
  }
  return undefined;
}
