import { localized } from '../language.ts';
import { type Command, ROOT } from './command.ts';

/** Where the learner is; on a terminal with a menu of what to do next. */
export async function workshop(run: Command, signal: AbortSignal): Promise<number> {
  const { currentStep, describeOverview, overview } = await import('../learner/index.ts');
  const states = await overview(ROOT, console.error);
  console.log(describeOverview(states));
  if (!process.stdin.isTTY || !process.stdout.isTTY) return 0;

  const number = `${currentStep(states)}`;
  const { isCancel, select } = await import('@clack/prompts');
  const choice = await select({
    message: localized(`Step ${number}`, `第 ${number} 步`),
    options: [
      {
        value: ['verify', number],
        label: 'verify',
        hint: localized('is it solved?', '完成了嗎？'),
      },
      {
        value: ['watch', number],
        label: 'watch',
        hint: localized('judge on every save', '每次存檔就驗證'),
      },
      { value: ['hint', number], label: 'hint', hint: localized('one at a time', '一次一則提示') },
      {
        value: ['diff', number],
        label: 'diff',
        hint: localized('what is missing from the solution', '和解答差在哪裡'),
      },
      {
        value: ['doctor'],
        label: 'doctor',
        hint: localized('is this machine ready?', '這台機器準備好了嗎？'),
      },
      {
        value: ['demo', '--once'],
        label: 'demo',
        hint: localized('the finished system at work', '看完成的系統運作'),
      },
      { value: [], label: localized('nothing', '什麼都不做') },
    ],
    signal,
  });
  return isCancel(choice) || choice.length === 0 ? 0 : run(choice, signal);
}
