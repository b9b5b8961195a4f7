import { parseArgs } from 'node:util';
import type { Verdict, VerifyOptions } from '../verify/index.ts';
import { asJson, type Command, type Commands, numberIn, orJson, ROOT } from './command.ts';

const flag = { type: 'boolean' } as const;
const OPTIONS = {
  solution: flag,
  dir: { type: 'string' },
  json: flag,
  static: flag,
  keep: flag,
  watch: flag,
} as const;

const verifyCommand: Command = async ([number = '', ...words], signal) => {
  const { describeEnd, describeResult, headline, verify, watch } = await import(
    '../verify/index.ts'
  );
  const {
    json = false,
    watch: stay,
    ...rest
  } = parseArgs({ args: words, options: OPTIONS }).values;
  const print = json ? () => {} : console.log;
  const task: VerifyOptions & { signal: AbortSignal } = {
    ...rest,
    number: Number(number),
    signal,
    onStart: (start) => print(headline(start)),
    onResult: (result) => print(describeResult(result)),
  };
  const isLearners = !rest.solution && rest.dir === undefined;
  const onVerdict = async (verdict: Verdict) => {
    console.log(json ? asJson(verdict) : describeEnd(verdict));
    const saysMuch = verdict.solved || verdict.failed > 0;
    if (isLearners && saysMuch) await remember(verdict);
  };
  const judge = async (): Promise<number> => {
    if (stay) {
      await watch(task, onVerdict, print);
      return 0;
    }
    const verdict = await verify(task);
    await onVerdict(verdict);
    return verdict.failed === 0 ? 0 : 1;
  };
  const keepsContainers = isLearners && (stay || rest.keep);
  return (keepsContainers ? aloneOn(task.number, judge) : judge()).catch(orJson(json));
};

/** Two that keep containers of the same step would take them from each other. */
async function aloneOn(number: number, judge: () => Promise<number>): Promise<number> {
  const [{ findStep }, { withLock }] = await Promise.all([
    import('../verify/index.ts'),
    import('../learner/index.ts'),
  ]);
  return withLock(ROOT, findStep(number), judge);
}

export const verifyCommands: Commands = {
  verify: verifyCommand,
  async watch(words, signal) {
    const named = words[0]?.startsWith('-') ? [] : words.slice(0, 1);
    const number = await numberIn(named);
    return verifyCommand([`${number}`, '--watch', ...words.slice(named.length)], signal);
  },
};

/** For `npm run workshop`. */
async function remember(verdict: Verdict): Promise<void> {
  const { recordVerdict } = await import('../learner/index.ts');
  recordVerdict(ROOT, verdict, console.error);
}
