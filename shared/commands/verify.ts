import { parseArgs } from 'node:util';
import {
  asJson,
  type Command,
  type Commands,
  joinedBoard,
  numberIn,
  orJson,
  ROOT,
} from './command.ts';

const flag = { type: 'boolean' } as const;
const OPTIONS = {
  solution: flag,
  dir: { type: 'string' },
  json: flag,
  static: flag,
  keep: flag,
  watch: flag,
} as const;

const verifyCommand: Command = async ([number = '', ...args], signal) => {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { json = false, watch: stay = false, ...rest } = values;
  const { describeEvent, findStep, verify } = await import('../verify/runner/index.ts');
  const task = { ...rest, number: Number(number), signal };
  const isLearners = !rest.solution && rest.dir === undefined;

  const judge = async (): Promise<number> => {
    const events = stay ? (await import('../verify/watch/index.ts')).watch(task) : verify(task);
    let failed = 0;
    for await (const event of events) {
      const text = json ? undefined : describeEvent(event);
      if (text !== undefined) console.log(text);
      if (!('verdict' in event)) continue;
      const { verdict } = event;
      failed = verdict.failed;
      if (json) console.log(asJson(verdict));
      // A part of the checks without a failure says nothing about the step.
      if (isLearners && (verdict.solved || failed > 0)) {
        const { recordVerdict } = await import('../learner/progress/index.ts');
        recordVerdict(ROOT, verdict, console.error);
        (await joinedBoard())?.tellVerdict(ROOT, verdict);
      }
    }
    return failed === 0 || stay ? 0 : 1;
  };
  /** Two that keep containers of the same step would take them from each other. */
  const judgeAlone = async (): Promise<number> => {
    const { withLock } = await import('../learner/index.ts');
    return withLock(ROOT, findStep(task.number), judge);
  };
  const keepsContainers = isLearners && (stay || rest.keep);
  return (keepsContainers ? judgeAlone() : judge()).catch(orJson(json));
};

export const verifyCommands: Commands = {
  verify: verifyCommand,
  async watch(args, signal) {
    const named = args[0]?.startsWith('-') ? [] : args.slice(0, 1);
    const number = await numberIn(named);
    return verifyCommand([`${number}`, '--watch', ...args.slice(named.length)], signal);
  },
};
