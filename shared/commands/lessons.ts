import { type Commands, ROOT } from './command.ts';
import { noSuchCommand } from './usage.ts';

/** For maintainers. */
export const lessonCommands: Commands = {
  async lessons([word = '']) {
    if (!['make', 'check'].includes(word)) return noSuchCommand(`lessons ${word}`);
    const { checkLessons, describeFinding, makeLessons } = await import('../lessons/index.ts');
    if (word === 'make') {
      const { written, removed } = await makeLessons(ROOT);
      console.log(`${written.length} files written, ${removed.length} removed`);
    }
    const findings = await checkLessons(ROOT);
    for (const finding of findings) console.log(describeFinding(finding));
    console.log(
      findings.length === 0 ? 'The lessons are in order.' : `${findings.length} findings`,
    );
    return findings.length === 0 ? 0 : 1;
  },

  async branches() {
    const { makeBranches } = await import('../lessons/index.ts');
    for (const { name, commit } of await makeBranches(ROOT)) console.log(`${name}  ${commit}`);
    return 0;
  },
};
