import { localized } from '../language.ts';
import { atMost, type Command, type Commands, ROOT } from './command.ts';

const room = () => import('../class/index.ts');

/** What comes after `npm run class`. */
const PARTS: Record<string, Command> = {
  async prepare(words, signal) {
    atMost(0, words);
    return (await room()).prepare(ROOT, signal);
  },
};

/** A class: its machines, and who is where. */
export const classCommands: Commands = {
  async class([word = '', ...words], signal) {
    const part = Object.hasOwn(PARTS, word) && PARTS[word];
    if (part) return part(words, signal);
    const names = Object.keys(PARTS);
    const problem = localized(
      `What about the class? One of: ${names.join(', ')}`,
      `class 後面要接其中一個：${names.join('、')}`,
    );
    throw Object.assign(new Error(problem), { code: 'ERR_PARSE_ARGS_CLASS' });
  },
};
