import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { localized } from '../language.ts';
import { atMost, type Command, type Commands, misuse, ROOT } from './command.ts';

const room = () => import('../class/index.ts');
const boardRoom = () => import('../class/board/index.ts');

/** What comes after `npm run class`. */
const PARTS: Record<string, Command> = {
  async prepare(args, signal) {
    atMost(0, args);
    return (await room()).prepare(ROOT, signal);
  },
  async pack(args, signal) {
    return (await room()).pack(ROOT, folderIn('pack', args), signal);
  },
  async unpack(args, signal) {
    return (await room()).unpack(ROOT, folderIn('unpack', args), signal);
  },

  /** Starts the class board, which then stays up; with --end removes it, with --remove one learner. */
  async board(args, signal) {
    const text = { type: 'string' } as const;
    const options = { address: text, end: { type: 'boolean' }, remove: text } as const;
    const { address, end, remove } = parseArgs({ args, options }).values;
    const { describeBoard, endBoard, removeLearner, startBoard } = await boardRoom();
    if (end) await endBoard();
    else if (remove !== undefined) console.log(await removeLearner(remove));
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

  async leave(args) {
    atMost(0, args);
    console.log(await (await boardRoom()).leaveBoard(ROOT));
    return 0;
  },
};

/** The folder that is named, seen from where the command was typed. */
function folderIn(part: string, args: string[]): string {
  const [folder] = atMost(1, args);
  if (folder) return resolve(process.env.INIT_CWD ?? '', folder);
  throw misuse(
    localized(
      `Which folder? npm run class ${part} -- FOLDER`,
      `哪個資料夾？npm run class ${part} -- 資料夾`,
    ),
  );
}

/** A class: its machines, and who is where. */
export const classCommands: Commands = {
  async class([word = '', ...args], signal) {
    const part = Object.hasOwn(PARTS, word) && PARTS[word];
    if (part) return part(args, signal);
    const names = Object.keys(PARTS);
    throw misuse(
      localized(
        `What about the class? One of: ${names.join(', ')}`,
        `class 後面要接其中一個：${names.join('、')}`,
      ),
    );
  },
};
