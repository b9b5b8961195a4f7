import { existsSync } from 'node:fs';
import { join } from 'node:path';
import leven from 'leven';
import { MachineFault } from '../engine/index.ts';
import { type Command, type Commands, ROOT } from './command.ts';
import { demoCommands } from './demo.ts';
import { docsCommands } from './docs.ts';
import { learnerCommands } from './learner.ts';
import { lessonCommands } from './lessons.ts';
import { machineCommands } from './machine.ts';
import { USAGE } from './usage.ts';
import { verifyCommands } from './verify.ts';
import { workshop } from './workshop.ts';

// Each command loads only its own room, so that a quick one is not kept waiting by a slow one.
const COMMANDS: Commands = {
  ...demoCommands,
  ...verifyCommands,
  ...machineCommands,
  ...learnerCommands,
  ...lessonCommands,
  ...docsCommands,
};

/** A word that differs in so many letters may be meant, and in no more than half of its own. */
const TYPOS = 3;

/** Runs the command of that name. @throws MachineFault when there is none, naming the nearest one */
export const run: Command = async ([word = '', ...words], signal) => {
  if (!existsSync(join(ROOT, 'solutions'))) {
    throw new MachineFault(
      'no-solutions',
      `${ROOT} is not the workshop: it has no solutions.`,
      'clone it anew',
    );
  }
  if (/^(-h|(--)?help)$/.test(word)) {
    console.log(USAGE);
    return 0;
  }
  if (word === 'workshop') return words.length > 0 ? run(words, signal) : workshop(run, signal);
  const command = Object.hasOwn(COMMANDS, word) && COMMANDS[word];
  if (!command) throw unknownWord(word);
  return command(words, signal);
};

function unknownWord(word: string): MachineFault {
  const [nearest = ''] = Object.keys(COMMANDS).sort((a, b) => leven(word, a) - leven(word, b));
  if (leven(word, nearest) <= Math.min(TYPOS, word.length / 2)) {
    return new MachineFault(
      'nearest-command',
      `There is no command "${word}". The nearest is "${nearest}".`,
      `npm run workshop ${nearest}`,
    );
  }
  return new MachineFault(
    'no-such-command',
    word ? `There is no command "${word}".\n\n${USAGE}` : USAGE,
    'npm run workshop',
  );
}
