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
    message: `Step ${number}`,
    options: [
      { value: ['verify', number], label: 'verify', hint: 'is it solved?' },
      { value: ['watch', number], label: 'watch', hint: 'judge on every save' },
      { value: ['hint', number], label: 'hint', hint: 'one at a time' },
      { value: ['diff', number], label: 'diff', hint: 'what is missing from the solution' },
      { value: ['doctor'], label: 'doctor', hint: 'is this machine fit?' },
      { value: ['demo', '--once'], label: 'demo', hint: 'the finished system at work' },
      { value: [], label: 'nothing' },
    ],
    signal,
  });
  return isCancel(choice) || choice.length === 0 ? 0 : run(choice, signal);
}
