import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { localized } from '../language.ts';
import { atMost, type Command, type Commands, ROOT } from './command.ts';

const room = () => import('../class/index.ts');
const boardRoom = () => import('../class/board/index.ts');

/** What comes after `npm run class`. */
const PARTS: Record<string, Command> = {
  async prepare(words, signal) {
    atMost(0, words);
    return (await room()).prepare(ROOT, signal);
  },
  async pack(words, signal) {
    return (await room()).pack(ROOT, folderIn('pack', words), signal);
  },
  async unpack(words, signal) {
    return (await room()).unpack(ROOT, folderIn('unpack', words), signal);
  },

  /** Starts the class board, which then stays up; with --end removes it. */
  async board(args, signal) {
    const options = { address: { type: 'string' }, end: { type: 'boolean' } } as const;
    const { address, end } = parseArgs({ args, options }).values;
    const { describeBoard, endBoard, startBoard } = await boardRoom();
    if (end) await endBoard();
    else console.log(await describeBoard(await startBoard({ address, signal })));
    return 0;
  },

  async join([address = '', ...nickname]) {
    if (nickname.length === 0) {
      const problem = localized(
        'Whose board, and who are you? npm run class join http://192.168.1.20:8090/#word NICKNAME',
        '哪個看板，你是誰？npm run class join http://192.168.1.20:8090/#word 暱稱',
      );
      throw misuse(problem);
    }
    console.log(await (await boardRoom()).joinBoard(ROOT, address, nickname.join(' ')));
    return 0;
  },

  async leave(words) {
    atMost(0, words);
    console.log(await (await boardRoom()).leaveBoard(ROOT));
    return 0;
  },
};

/** The folder that is named, seen from where the command was typed. */
function folderIn(part: string, words: string[]): string {
  const [folder] = atMost(1, words);
  if (folder) return resolve(process.env.INIT_CWD ?? '', folder);
  throw misuse(
    localized(
      `Which folder? npm run class ${part} -- FOLDER`,
      `哪個資料夾？npm run class ${part} -- 資料夾`,
    ),
  );
}

/** An error like those of parseArgs. */
const misuse = (problem: string): Error =>
  Object.assign(new Error(problem), { code: 'ERR_PARSE_ARGS_CLASS' });

/** A class: its machines, and who is where. */
export const classCommands: Commands = {
  async class([word = '', ...words], signal) {
    const part = Object.hasOwn(PARTS, word) && PARTS[word];
    if (part) return part(words, signal);
    const names = Object.keys(PARTS);
    throw misuse(
      localized(
        `What about the class? One of: ${names.join(', ')}`,
        `class 後面要接其中一個：${names.join('、')}`,
      ),
    );
  },
};
