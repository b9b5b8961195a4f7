import type { DocsCheck } from '../docs/index.ts';
import { announce } from '../engine/index.ts';
import { type Commands, ROOT } from './command.ts';
import { noSuchCommand } from './usage.ts';

/** For maintainers. */
export const docsCommands: Commands = {
  docs([word = '', ...pages], signal) {
    if (word === 'make') return make();
    if (word === 'paste') return paste(pages, signal);
    return word === 'check' ? check(signal) : noSuchCommand(`docs ${word}`);
  },
};

async function make(): Promise<number> {
  const { makeTroubleshooting } = await import('../docs/index.ts');
  const { PARTS, writeFigures } = await import('../bench/index.ts');
  const files = [...(await makeTroubleshooting(ROOT)), ...writeFigures(ROOT, {}, PARTS)];
  console.log(`files written: ${files.length}`);
  return 0;
}

/** @param pages files from the root of the repository; without any, all that show an output */
async function paste(pages: string[], signal: AbortSignal): Promise<number> {
  const { pasteOutputs } = await import('../docs/index.ts');
  const check = () => pasteOutputs(ROOT, pages, signal);
  return report([{ title: 'outputs are pasted', check }], signal);
}

async function check(signal: AbortSignal): Promise<number> {
  return report((await import('../docs/index.ts')).DOCS_CHECKS, signal);
}

async function report(checks: DocsCheck[], signal: AbortSignal): Promise<number> {
  const { describeFinding } = await import('../lessons/index.ts');
  const counted: string[] = [];
  let isRight = true;
  for (const { title, check } of checks) {
    signal.throwIfAborted();
    const outcome = await announce(title, () => check(ROOT, signal));
    for (const finding of outcome.findings) console.log(describeFinding(finding));
    if (outcome.skipped) {
      console.log(`skipped: ${outcome.skipped}`);
      counted.push(`not checked that ${title}`);
    }
    counted.push(...(outcome.counted ?? []));
    isRight &&= outcome.findings.length === 0;
  }
  console.log(counted.join(', '));
  return isRight ? 0 : 1;
}
