import { type Commands, ROOT } from './command.ts';

/** For maintainers. */
export const docsCommands: Commands = {
  async docs([word = '']) {
    const { checkTroubleshooting, makeTroubleshooting } = await import('../docs/index.ts');
    const { describeFinding } = await import('../lessons/index.ts');
    if (word === 'make') console.log(`pages written: ${(await makeTroubleshooting(ROOT)).length}`);
    const findings = await checkTroubleshooting(ROOT);
    for (const finding of findings) console.log(describeFinding(finding));
    console.log(
      findings.length === 0 ? 'Troubleshooting is in order.' : `${findings.length} findings`,
    );
    return findings.length === 0 ? 0 : 1;
  },
};
