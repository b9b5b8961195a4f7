import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Finding } from '../lessons/index.ts';
import { FINISHED } from '../verify/index.ts';
import { findDifference, readNote } from './output.ts';
import type { Block, Text } from './read-text.ts';
import { type Ran, Session } from './session.ts';

/** Starts what the reader of a runbook has running. */
const START = 'docker compose up --detach --build --wait';

/** Where the clone of somebody may be. */
const HOME = '~/monitoring-workshop';

/** What `npm run` says before the program begins. */
const BANNER = /^\n?> \S+@\S+ .*\n> .*\n\n/gm;

const MARK = 'fix it, or mark the block: ```sh no-run: the reason';

/** The question of a page, put to the Prometheus that its reader has. */
const ASK =
  'curl --fail-with-body --silent --show-error --get localhost:9090/api/v1/query --data-urlencode';

export const isCommand = ({ language }: Block) => language === 'sh' || language === 'promql';

const isMarked = ({ note }: Block) => /^no-run: \S/.test(note);

/** An output that a page shows, and what was printed this time. */
export interface Output {
  file: string;
  block: Block;
  printed: string;
  isCompared: boolean;
}

/** What was run, and what it printed. */
export interface Command {
  command: string;
  printed: string;
}

/** What came of the blocks of a page. */
export interface Executed {
  findings: Finding[];
  outputs: Output[];
}

/**
 * Follows one page in a clone: its commands, in one terminal.
 *
 * @param environment variables of the terminal
 * @param commands those that were run before, on earlier pages, whose output this one may show; its own are added
 * @param signal ends it after the command that is running; what the page started is taken down all the same
 */
export async function followPage(
  clone: string,
  { file, blocks }: Text,
  environment: Record<string, string>,
  commands: Command[],
  signal?: AbortSignal,
): Promise<Executed> {
  const done: Executed = { findings: [], outputs: [] };
  const isRunbook = file.startsWith('docs/runbooks/');
  const id = isRunbook ? FINISHED : file.match(/^solutions\/(.*)\/README\.md$/)?.[1];
  const step = id && `steps/${id}`;
  // A lesson is read with its tasks solved.
  if (step) await solve(clone, step);
  const goesThere = blocks.some(({ content }) => content.startsWith('cd steps/'));
  await using session = new Session(join(clone, goesThere || !step ? '' : step), environment);
  const report = (line: number, problem: string, remedy: string) =>
    done.findings.push({ file, line, problem, remedy });
  try {
    // A runbook is read, and a question asked, when everything runs.
    const asks = blocks.some(({ language }) => language === 'promql');
    const { failure } = isRunbook || asks ? await session.run(START) : {};
    if (failure) report(1, failure, `see why it fails: ${START}`);
    for (const block of blocks) {
      signal?.throwIfAborted();
      const shown = readNote(block.note);
      if (isMarked(block)) continue;
      if (isCommand(block)) {
        const { output, failure } = await perform(session, block);
        if (failure) report(block.line, failure, MARK);
        const printed = output.replaceAll(clone, HOME).replaceAll(BANNER, '');
        commands.push({ command: block.content, printed });
      } else if (block.language === 'text' && shown) {
        const { command = '' } = shown;
        const ran = commands.findLast((one) => one.command.includes(command));
        const printed = shown.stays ? await session.readUntil(block.content) : (ran?.printed ?? '');
        done.outputs.push({ file, block, printed, isCompared: shown.isCompared });
        const difference = shown.isCompared && findDifference(block.content, printed);
        if (difference) report(block.line, difference, `npm run docs:paste -- ${file}`);
      }
    }
    return done;
  } finally {
    await session.run('docker compose --profile load down --volumes --remove-orphans || true');
  }
}

/** Does what a block says, as its mark says. */
async function perform(session: Session, { language, note, content }: Block): Promise<Ran> {
  if (note === 'stays') {
    session.start(content);
    return { output: '' };
  }
  if (content === 'Ctrl-C') return session.interrupt();
  const [, exitCodes] = note.match(/^exits (\d+(?: or \d+)*)$/) ?? [];
  if (note && !exitCodes) return { output: '', failure: `a mark that is not known: ${note}` };
  const command = language === 'promql' ? questions(content) : content;
  return session.run(command, exitCodes?.split(' or ').map(Number));
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
