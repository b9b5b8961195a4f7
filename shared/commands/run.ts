import { existsSync } from 'node:fs';
import { join } from 'node:path';
import leven from 'leven';
import { MachineFault } from '../engine/index.ts';
import { nameProjects } from '../root.ts';
import { type Command, type Commands, ROOT } from './command.ts';

/** What `npm ci` runs; what it is for is done after every command. */
const names = async () => ({ names: async () => 0 });
const bench = async () => (await import('./bench.ts')).benchCommands;
const classroom = async () => (await import('./class.ts')).classCommands;
const demo = async () => (await import('./demo.ts')).demoCommands;
const docs = async () => (await import('./docs.ts')).docsCommands;
const learner = async () => (await import('./learner.ts')).learnerCommands;
const lessons = async () => (await import('./lessons.ts')).lessonCommands;
const routing = async () => (await import('./routing.ts')).routingCommands;
const verify = async () => (await import('./verify.ts')).verifyCommands;

/** Where each command stands. Only what it needs is loaded, so that a quick one is not kept waiting by a slow one. */
const COMMANDS: Record<string, () => Promise<Commands>> = {
  ...{ demo, down: demo, 'dashboards:pictures': demo },
  ...{ verify, watch: verify, doctor: learner, names },
  ...{ hint: learner, diff: learner, reset: learner, goto: learner, undo: learner, lang: learner },
  ...{ 'export-dashboard': learner, lessons, branches: lessons, docs, routing },
  ...{ bench, class: classroom, swarm: demo },
};

/** A word that differs in so many letters may be meant, and in no more than half of its own. */
const TYPOS = 3;

/** Runs the command of that name. @throws MachineFault when there is none, naming the nearest one */
export const run: Command = async ([word = '', ...args], signal) => {
  if (!existsSync(join(ROOT, 'solutions'))) {
    throw new MachineFault('no-solutions', { folder: ROOT });
  }
  if (/^(-h|(--)?help)$/.test(word)) {
    console.log((await import('./usage.ts')).usage());
    return 0;
  }
  if (word === 'workshop') {
    if (args.length > 0) return run(args, signal);
    return (await import('./workshop.ts')).workshop(run, signal);
  }
  const load = Object.hasOwn(COMMANDS, word) && COMMANDS[word];
  const command = load && (await load())[word];
  if (!command) throw await unknownWord(word);
  // The doctor changes nothing. Others may have made folders anew.
  return command(args, signal).finally(() => word === 'doctor' || nameProjects(ROOT));
};

async function unknownWord(word: string): Promise<MachineFault> {
  const [nearest = ''] = Object.keys(COMMANDS).sort((a, b) => leven(word, a) - leven(word, b));
  if (leven(word, nearest) <= Math.min(TYPOS, word.length / 2)) {
    return new MachineFault('nearest-command', { command: word, nearest });
  }
  const usage = (await import('./usage.ts')).usage();
  return word
    ? new MachineFault('no-such-command', { command: word, usage })
    : new MachineFault('which-command', { usage });
}
