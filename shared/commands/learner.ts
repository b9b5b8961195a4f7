import { parseArgs } from 'node:util';
import { asJson, type Commands, orJson, ROOT } from './command.ts';

const say = (words: string): void => console.error(words);

/** A learner's companion: start, stuck, behind, curious. */
export const learnerCommands: Commands = {
  async doctor(words) {
    const { describeReport, doctor } = await import('../learner/doctor/index.ts');
    const options = { json: { type: 'boolean' } } as const;
    const { json = false } = parseArgs({ args: words, options }).values;
    const report = await doctor(ROOT).catch(orJson(json));
    console.log(json ? asJson(report) : describeReport(report));
    return report.ok ? 0 : 2;
  },

  async hint(words) {
    const { hint } = await import('../learner/index.ts');
    const options = { task: { type: 'string' }, again: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    const task = values.task === undefined ? undefined : Number(values.task);
    const number = await numberIn(positionals);
    console.log(await hint(ROOT, number, { task, again: values.again, say }));
    return 0;
  },

  async diff(words) {
    const { diffBetween, diffWithSolution } = await import('../learner/index.ts');
    const { positionals } = parseArgs({ args: words, allowPositionals: true });
    const number = await numberIn(positionals);
    const [, other] = positionals;
    console.log(
      other === undefined
        ? await diffWithSolution(ROOT, number)
        : await diffBetween(ROOT, number, Number(other)),
    );
    return 0;
  },
};

/** The step that is named; without one, the step that the learner is at. */
async function numberIn([word]: string[]): Promise<number> {
  if (word !== undefined) return Number(word);
  const { currentStep, overview } = await import('../learner/index.ts');
  return currentStep(await overview(ROOT, say));
}
