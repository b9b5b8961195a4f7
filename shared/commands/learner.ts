import { parseArgs } from 'node:util';
import { LANGUAGES, localized, storedLanguage, storeLanguage } from '../language.ts';
import {
  asJson,
  atMost,
  type Commands,
  joinedBoard,
  misuse,
  numberIn,
  orJson,
  ROOT,
  wordsIn,
} from './command.ts';

const room = () => import('../learner/index.ts');
const say = (message: string): void => console.error(message);

/** A learner's companion: stuck, behind, curious. */
export const learnerCommands: Commands = {
  /** Is this machine ready? */
  async doctor(args) {
    const { describeReport, doctor } = await import('../learner/doctor/index.ts');
    const options = { json: { type: 'boolean' } } as const;
    const { json = false } = parseArgs({ args, options }).values;
    const report = await doctor(ROOT).catch(orJson(json));
    console.log(json ? asJson(report) : describeReport(report));
    return report.ok ? 0 : 2;
  },

  async hint(args) {
    const options = { task: { type: 'string' }, again: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const number = await numberIn(atMost(1, positionals));
    console.log(await (await room()).hint(ROOT, number, { ...values, say }));
    (await joinedBoard())?.tellHint(ROOT, number);
    return 0;
  },

  async diff(args) {
    const words = wordsIn(args, 2);
    const number = await numberIn(words);
    const [, other] = words;
    const { diffBetween, diffWithSolution } = await room();
    console.log(
      other === undefined
        ? await diffWithSolution(ROOT, number)
        : await diffBetween(ROOT, number, Number(other)),
    );
    return 0;
  },

  async reset(args) {
    const [number] = wordsIn(args, 1);
    console.log(await (await room()).reset(ROOT, Number(number)));
    return 0;
  },

  async goto(args) {
    const [number] = wordsIn(args, 1);
    console.log(await (await room()).goTo(ROOT, Number(number)));
    return 0;
  },

  async undo(args) {
    const options = { list: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [name] = atMost(1, positionals);
    const { listSnapshots, undo } = await room();
    console.log(values.list ? listSnapshots(ROOT) : await undo(ROOT, name));
    return 0;
  },

  /** Which language the workshop prints. Without a word it only says so. */
  async lang(args) {
    const [wanted] = wordsIn(args, 1);
    const known = LANGUAGES.find((name) => name === wanted);
    if (wanted !== undefined && !known && wanted !== 'system') {
      const problem = localized(
        `There is no language "${wanted}". There are: en, zh-TW, system`,
        `沒有「${wanted}」這個語言。有的是：en、zh-TW、system`,
      );
      throw misuse(problem);
    }
    if (wanted !== undefined) storeLanguage(known);
    const why = process.env.WORKSHOP_LANG
      ? 'WORKSHOP_LANG'
      : storedLanguage()
        ? '.workshop/language'
        : localized("the system's locale", '系統的語言設定');
    console.log(
      localized(
        `The workshop prints English, as ${why} says.\n\nnext: npm run workshop   (其他語言：npm run workshop lang zh-TW)`,
        `工作坊的輸出用中文，依據：${why}。\n\nnext: npm run workshop   (in English: npm run workshop lang en)`,
      ),
    );
    return 0;
  },

  async 'export-dashboard'(args) {
    const number = await numberIn(wordsIn(args, 1));
    console.log(await (await room()).exportDashboards(ROOT, number));
    return 0;
  },
};
