import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sample } from '../../verify/expect/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { type Answer, type RunningApp, startApp } from './app-process.ts';
import { gaugeOf } from './series.ts';

/** Milliseconds that each request of the known traffic asks for: 160 of 200 are to be answered within 0.3 s. */
export const KNOWN = [
  ...Array<number>(110).fill(20),
  ...Array<number>(50).fill(150),
  ...Array<number>(40).fill(500),
];

/** What GET /work is asked for, and must refuse. */
export const REFUSED = ['/work', '/work?ms=', '/work?ms=-1', '/work?ms=1.5', '/work?ms=5001'];

/** How many requests wait at the same time, and how many of their clients hang up. */
export const WAITING = 5;
export const HANGING_UP = 2;

/** How many addresses that nobody knows are asked for. */
export const STRANGE = 200;
/** How many requests for GET /work name a user. */
export const USERS = 20;

/** Everything that one process of the app was asked, in this order, and what /metrics said in between. */
export interface AppRun {
  /** The page before the first request. */
  page: string;
  fresh: Sample[];
  /** Two of GET /. */
  root: Answer[];
  /** GET /fail once and GET /nowhere once, after which: */
  counted: Sample[];
  work: Answer;
  /** Of no milliseconds. */
  none: Answer;
  refused: Answer[];
  /** Before, and after, five scrapes and five health checks. */
  quiet: [before: Sample[], after: Sample[]];
  /** Before, and after, the known traffic and one GET /slow, which takes a second. */
  known: [before: Sample[], after: Sample[]];
  /** How long each answer of the known traffic took for its client, in milliseconds. */
  seenMs: number[];
  /** While `WAITING` requests wait; after `HANGING_UP` of their clients have hung up; and after all have. */
  waiting: Sample[];
  hungUp: Sample[];
  /** After `STRANGE` addresses and `USERS` users. */
  strange: Sample[];
  stderr: string;
}

/** What the learner's app does. In the proof many answers hold the same app; each is run once. */
export function readAppRun(step: StepUnderTest): Promise<AppRun> {
  const paths = step.files.all('app').filter((path) => !path.endsWith('package-lock.json'));
  const sources = paths.map((path) => `${path}\n${step.files.readable(path)}`).join('\n');
  return step.shared(`app run of\n${sources}`, () => runApp(step));
}

async function runApp(step: StepUnderTest): Promise<AppRun> {
  await using app = await startApp(step);
  const { body: page } = await app.ask('/metrics');
  const fresh = await app.scrape();
  const root = [await app.ask('/'), await app.ask('/')];
  for (const path of ['/fail', '/nowhere']) await app.ask(path);
  const counted = await app.scrape();
  const work = await app.ask('/work?ms=30');
  const none = await app.ask('/work?ms=0');
  const refused: Answer[] = [];
  for (const path of REFUSED) refused.push(await app.ask(path));
  const beforeQuiet = await app.scrape();
  for (let times = 0; times < 5; times++) {
    await app.scrape();
    await app.ask('/healthz');
  }
  const quiet = await app.scrape();
  // It has arrived when what is asked later is answered, so whoever keeps one clock for all requests is found out.
  const slow = app.ask('/slow');
  await app.ask('/healthz');
  const asked = KNOWN.map((ms) => app.ask(`/work?ms=${ms}`));
  const seenMs = (await Promise.all([...asked, slow])).slice(0, KNOWN.length).map(({ ms }) => ms);
  const known = await app.scrape();
  const { waiting, hungUp } = await hangUp(app);
  await sendStrange(app);
  return {
    ...{ page, fresh, root, counted, work, none, refused, seenMs, waiting, hungUp },
    ...{ quiet: [beforeQuiet, quiet], known: [quiet, known] },
    ...{ strange: await app.scrape(), stderr: app.stderr() },
  };
}

/** Requests wait, and some of their clients hang up; then the others do. */
async function hangUp(app: RunningApp) {
  const clients = Array.from({ length: WAITING }, () => new AbortController());
  for (const { signal } of clients) app.ask('/work?ms=5000', signal).catch(() => {});
  const waiting = await until(app, WAITING);
  for (const client of clients.slice(0, HANGING_UP)) client.abort();
  const hungUp = await until(app, WAITING - HANGING_UP);
  for (const client of clients) client.abort();
  return { waiting, hungUp };
}

/** Scrapes until the gauge has this value, as soon as the app has noticed; at most for two seconds. */
async function until(app: RunningApp, wanted: number): Promise<Sample[]> {
  const end = Date.now() + 2_000;
  for (;;) {
    const samples = await app.scrape();
    const value = gaugeOf(samples);
    if (value === wanted || value === undefined || Date.now() > end) return samples;
    await pause(20);
  }
}

/** All on one connection, because a client that opens hundreds measures itself. */
async function sendStrange({ port }: RunningApp): Promise<void> {
  const word = () => Math.random().toString(36).slice(2);
  const paths = [
    ...Array.from({ length: STRANGE / 2 }, () => `/${word()}`),
    ...Array.from({ length: STRANGE / 2 }, () => `/${word()}?${word()}`),
    ...Array.from({ length: USERS }, (_, user) => `/work?ms=0&user=${user}`),
  ];
  const requests = paths.map(
    (path, index) => `GET ${path} HTTP/1.1\r\nHost: app\r\nX-User-Id: ${index}\r\n`,
  );
  const socket = connect(port, '127.0.0.1');
  socket.write(`${requests.join('\r\n')}Connection: close\r\n\r\n`);
  await text(socket).catch(() => {});
}
