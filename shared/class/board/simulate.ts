import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { parse } from 'yaml';
import { parseDuration } from '../../duration.ts';
import { type Bounds, messageBounds, serversAt } from '../../stack/index.ts';
import { temporaryFolder } from '../../temporary.ts';
import { join as joinBoard } from './join.ts';
import type { Board } from './start.ts';
import { tell } from './tell.ts';

/** How often it is looked for what was sent. Milliseconds. */
const LOOK_MS = 250;
const LAST_LOOKS = 40;
const STACK = join(import.meta.dirname, 'stack');

interface Simulation {
  learners: number;
  /** As long, and until the one who is stuck must have been told. */
  seconds: number;
  /** Between two reports of a learner, in seconds. */
  pace: number;
  /** As the board was told. */
  stuckAfter: number;
  signal: AbortSignal;
}

export interface Measured {
  reports: number;
  /** Seconds from a command's report to its number in Prometheus. */
  seen: number[];
  /** The board's part of that: from the report's arrival. The rest is the start of the learner's program. */
  shown: number[];
  /** Seconds from the last progress of the learner who is stuck to the message. */
  stuck: number;
  bounds: Bounds;
  /** Of all servers of the board together, the most that was seen, in MiB. */
  memory: number;
}

export const clientsOf = ({ urls }: Board) => serversAt(async (service) => urls[service] ?? '');

/** From the last progress to the message, by the files of the board. */
function stuckBounds(stuckAfter: number): Bounds {
  const read = (path: string) => parse(readFileSync(join(STACK, path), 'utf8'));
  const { global } = read('prometheus/prometheus.yaml');
  const { route } = read('alertmanager/alertmanager.yaml');
  const { least, most } = messageBounds({
    scrapeInterval: parseDuration(global.scrape_interval),
    evaluationInterval: parseDuration(global.evaluation_interval),
    groupWait: parseDuration(route.group_wait),
    groupInterval: parseDuration(route.group_interval),
    ...{ holdFor: 0, window: 0, threshold: 0 },
  });
  return { least: stuckAfter + least, most: stuckAfter + most };
}

/**
 * A class: each learner has a folder, joins, and tells by the program that every learner's commands start. The first one
 * makes no progress after the first report.
 */
export async function simulate(board: Board, options: Simulation): Promise<Measured> {
  const { learners, pace, stuckAfter } = options;
  const bounds = stuckBounds(stuckAfter);
  const seconds = Math.max(options.seconds, pace + bounds.most + 1);
  await using home = temporaryFolder('class');
  const { prometheus, inbox } = clientsOf(board);
  const sent = new Map<string, { hints: number; at: number }>();
  const seen: number[] = [];
  const shown: number[] = [];
  let [reports, memory] = [0, 0];
  const over = new AbortController();
  const { signal } = over;
  setMaxListeners(0, signal);
  const untilOver = async (every: number, work: () => Promise<void>) => {
    while (!signal.aborted) {
      await work();
      await pause(every, undefined, { signal }).catch(() => {});
    }
  };

  const names = Array.from({ length: learners }, (_, index) => `learner ${index}`);
  const [stuckOne = ''] = names;
  try {
    const invitation = `${board.urls.board}/#${board.word}`;
    for (const name of names) await joinBoard(join(home.path, name), invitation, name);
    const learn = async (name: string) => {
      // Nobody begins with the others.
      await pause(Math.random() * pace * 1_000, undefined, { signal }).catch(() => {});
      for (let hints = 1; !signal.aborted; hints += 1) {
        // What was not seen yet is not replaced, or it could never be seen.
        if (!sent.has(name)) {
          sent.set(name, { hints, at: Date.now() });
          reports += 1;
          const passed = name === stuckOne ? 1 : hints;
          tell(join(home.path, name), () => ({
            step: 1,
            hints,
            task: 1,
            passed,
            checks: 999,
            solved: false,
          }));
        }
        await pause(pace * 1_000, undefined, { signal }).catch(() => {});
      }
    };
    const look = async () => {
      const hints = await prometheus.query('class_hints');
      const times = await prometheus.query('class_last_seen_timestamp_seconds');
      const arrived = new Map(times.map(({ metric, value }) => [metric.learner, Number(value[1])]));
      for (const { metric, value } of hints) {
        const report = sent.get(metric.learner ?? '');
        if (!report || Number(value[1]) < report.hints) continue;
        seen.push((Date.now() - report.at) / 1_000);
        shown.push(Date.now() / 1_000 - (arrived.get(metric.learner) ?? Number.NaN));
        sent.delete(metric.learner ?? '');
      }
    };
    const weigh = async () => {
      memory = Math.max(memory, await readMemory(board));
    };
    const working = [...names.map(learn), untilOver(LOOK_MS, look), untilOver(5_000, weigh)];
    const time = pause(seconds * 1_000, undefined, { signal: options.signal });
    await Promise.race([time, ...working]);
    over.abort();
    await Promise.all(working);
    // What was sent last has its time too.
    for (let looks = 0; sent.size > 0 && looks < LAST_LOOKS; looks += 1) {
      await look();
      await pause(LOOK_MS);
    }

    const last = `class_last_progress_timestamp_seconds{learner="${stuckOne}"}`;
    const progressAt = Number((await prometheus.query(last))[0]?.value[1]);
    const title = `FIRING: LearnerStuck: ${stuckOne}`;
    const message = (await inbox.messages()).find((one) => one.title === title);
    const arrival = message ? Date.parse(message.receivedAt) / 1_000 : Number.NaN;
    return { reports, seen, shown, stuck: arrival - progressAt, bounds, memory };
  } finally {
    over.abort();
  }
}

/** What the containers of the board use together, in MiB, as the engine counts it. */
async function readMemory({ project }: Board): Promise<number> {
  const filter = `label=com.docker.compose.project=${project}`;
  const { stdout: ids } = await execa('docker', ['ps', '--quiet', '--filter', filter]);
  const format = ['--format', '{{.MemUsage}}'];
  const { stdout } = await execa('docker', ['stats', '--no-stream', ...format, ...ids.split('\n')]);
  const units: Record<string, number> = { KiB: 1 / 1_024, MiB: 1, GiB: 1_024 };
  return [...stdout.matchAll(/^([\d.]+)([KMG]iB)/gm)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? Number.NaN),
    0,
  );
}
