import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Finding } from '../lessons/index.ts';
import type { Block, Text } from './read-text.ts';
import { Session } from './session.ts';

const FINISHED = 'steps/05-load-test';

/** Leaves Grafana out where its image cannot be had. The steps before it have none. */
const WITHOUT_GRAFANA = 'services:\n  grafana:\n    profiles: [not-available]\n';
const BEFORE_GRAFANA = /^solutions\/0[12]-/;

/** Starts what the reader of a runbook has running. */
const START = 'docker compose up --detach --build --wait';

/** The question of a page, put to the Prometheus that its reader has. */
const ASK =
  'curl --fail-with-body --silent --show-error --get localhost:9090/api/v1/query --data-urlencode';

export interface Executed {
  findings: Finding[];
  run: number;
  /** Marked `no-run`, with the reason. */
  marked: number;
}

/**
 * Executes every `sh` block of the pages, in reading order, each page in a terminal of its own, in one fresh clone, and asks
 * a Prometheus every `promql` block. A reader does the same, so a command that fails here fails for them.
 *
 * @param hasGrafana whether its image can be had here
 */
export async function runBlocks(
  root: string,
  texts: Text[],
  hasGrafana: boolean,
): Promise<Executed> {
  const done: Executed = { findings: [], run: 0, marked: 0 };
  const home = await mkdtemp(join(tmpdir(), 'reader-'));
  const clone = join(home, 'clone');
  const withoutGrafana = join(home, 'without-grafana.yaml');
  const environment = { COMPOSE_PROJECT_NAME: `docs-${process.pid}`, NO_COLOR: '1' };
  try {
    await execa('git', ['clone', '--quiet', root, clone]);
    await writeFile(withoutGrafana, WITHOUT_GRAFANA);
    for (const text of texts.filter(({ blocks }) => blocks.some(isCommand))) {
      const leaveOut = !hasGrafana && !BEFORE_GRAFANA.test(text.file);
      const files = { COMPOSE_FILE: `docker-compose.yaml:${withoutGrafana}` };
      await runPage(clone, text, done, { ...environment, ...(leaveOut && files) });
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  return done;
}

const isCommand = ({ language }: Block) => language === 'sh' || language === 'promql';

async function runPage(
  clone: string,
  { file, blocks }: Text,
  done: Executed,
  environment: Record<string, string>,
): Promise<void> {
  const [, lesson] = file.match(/^solutions\/(.*)\/README\.md$/) ?? [];
  const isRunbook = file.startsWith('docs/runbooks/');
  const step = isRunbook ? FINISHED : lesson && `steps/${lesson}`;
  // A lesson is read with its tasks solved.
  if (step) await solve(clone, step);
  const goesThere = blocks.some(({ content }) => content.startsWith('cd steps/'));
  await using session = new Session(join(clone, goesThere || !step ? '' : step), environment);
  try {
    // A runbook is read, and a question asked, when everything runs.
    const asks = blocks.some(({ language }) => language === 'promql');
    const up = isRunbook || asks ? await session.run(START) : undefined;
    if (up)
      done.findings.push({ file, line: 1, problem: up, remedy: `see why it fails: ${START}` });
    for (const block of blocks.filter(isCommand)) {
      const problem = await perform(session, block);
      const remedy = 'mend it, or mark the block: ```sh no-run: the reason';
      if (problem) done.findings.push({ file, line: block.line, problem, remedy });
      done[isMarked(block) ? 'marked' : 'run'] += 1;
    }
  } finally {
    await session.run('docker compose --profile load down --volumes --remove-orphans || true');
  }
}

const isMarked = ({ note }: Block) => /^no-run: \S/.test(note);

/** @returns what went wrong */
async function perform(session: Session, block: Block): Promise<string | undefined> {
  const { language, note, content } = block;
  if (isMarked(block)) return undefined;
  if (note === 'stays') return void session.start(content);
  const [, exitCode] = note.match(/^exits (\d+)$/) ?? [];
  if (note && !exitCode) return `a mark that is not known: ${note}`;
  return session.run(language === 'promql' ? questions(content) : content, Number(exitCode ?? 0));
}

/** The questions of a block, with a blank line between them, as commands. */
const questions = (content: string) =>
  content
    .split(/\n\s*\n/)
    .map((question) => `${ASK} 'query=${question.replaceAll("'", `'\\''`)}'`)
    .join('\n');

async function solve(clone: string, step: string): Promise<void> {
  const solution = join(clone, step.replace('steps/', 'solutions/'));
  await cp(solution, join(clone, step), { recursive: true });
  const script = join(clone, step, 'secrets', 'make-secrets.ts');
  // The first two steps have no secrets.
  if (!existsSync(script)) return;
  await execa(process.execPath, ['--import', 'tsx', script], { cwd: dirname(import.meta.dirname) });
}
