import { parseArgs } from 'node:util';
import { atMost, type Commands, numberIn, ROOT } from './command.ts';

const room = () => import('../learner/index.ts');
const say = (words: string): void => console.error(words);

/** A learner's companion: stuck, behind, curious. */
export const learnerCommands: Commands = {
  async hint(words) {
    const options = { task: { type: 'string' }, again: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    const task = values.task === undefined ? undefined : Number(values.task);
    const number = await numberIn(atMost(1, positionals));
    console.log(await (await room()).hint(ROOT, number, { task, again: values.again, say }));
    return 0;
  },

  async diff(words) {
    const { positionals } = parseArgs({ args: words, allowPositionals: true });
    const number = await numberIn(atMost(2, positionals));
    const [, other] = positionals;
    const { diffBetween, diffWithSolution } = await room();
    console.log(
      other === undefined
        ? await diffWithSolution(ROOT, number)
        : await diffBetween(ROOT, number, Number(other)),
    );
    return 0;
  },

  async reset(words) {
    const { positionals } = parseArgs({ args: words, allowPositionals: true });
    const [number] = atMost(1, positionals);
    console.log(await (await room()).reset(ROOT, Number(number)));
    return 0;
  },

  async goto(words) {
    const { positionals } = parseArgs({ args: words, allowPositionals: true });
    const [number] = atMost(1, positionals);
    console.log(await (await room()).goTo(ROOT, Number(number)));
    return 0;
  },

  async undo(words) {
    const options = { list: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    const [name] = atMost(1, positionals);
    const { listSnapshots, undo } = await room();
    console.log(values.list ? listSnapshots(ROOT) : await undo(ROOT, name));
    return 0;
  },

  async 'export-dashboard'(words) {
    const { positionals } = parseArgs({ args: words, allowPositionals: true });
    const number = await numberIn(atMost(1, positionals));
    console.log(await (await room()).exportDashboards(ROOT, number));
    return 0;
  },
};
