import type { DocsCheck } from '../docs/index.ts';
import { announce } from '../engine/index.ts';
import { type Commands, ROOT } from './command.ts';
import { noSuchCommand } from './usage.ts';

/** For maintainers. */
export const docsCommands: Commands = {
  docs([word = '', ...pages]) {
    if (word === 'make') return make();
    if (word === 'paste') return paste(pages);
    return word === 'check' ? check() : noSuchCommand(`docs ${word}`);
  },
};

async function make(): Promise<number> {
  const { makeTroubleshooting } = await import('../docs/index.ts');
  console.log(`pages written: ${(await makeTroubleshooting(ROOT)).length}`);
  return 0;
}

/** @param pages files from the root of the repository; without any, all that show an output */
async function paste(pages: string[]): Promise<number> {
  const { pasteOutputs } = await import('../docs/index.ts');
  return report([{ title: 'outputs are pasted', check: () => pasteOutputs(ROOT, pages) }]);
}

async function check(): Promise<number> {
  return report((await import('../docs/index.ts')).DOCS_CHECKS);
}

async function report(checks: DocsCheck[]): Promise<number> {
  const { describeFinding } = await import('../lessons/index.ts');
  const counted: string[] = [];
  let isRight = true;
  for (const { title, check } of checks) {
    const outcome = await announce(title, () => check(ROOT));
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
