import { announce } from '../engine/index.ts';
import { type Commands, ROOT } from './command.ts';

/** For maintainers. */
export const docsCommands: Commands = {
  async docs([word = '']) {
    const { DOCS_CHECKS, makeTroubleshooting } = await import('../docs/index.ts');
    if (word === 'make') {
      console.log(`pages written: ${(await makeTroubleshooting(ROOT)).length}`);
      return 0;
    }
    const { describeFinding } = await import('../lessons/index.ts');
    const counted: string[] = [];
    let isRight = true;
    for (const { title, check } of DOCS_CHECKS) {
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
  },
};
