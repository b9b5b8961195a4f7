import { parseArgs } from 'node:util';
import { asJson, type Commands, orJson, ROOT } from './command.ts';

/** Is this machine ready? */
export const machineCommands: Commands = {
  async doctor(args) {
    const { describeReport, doctor } = await import('../learner/doctor/index.ts');
    const options = { json: { type: 'boolean' } } as const;
    const { json = false } = parseArgs({ args, options }).values;
    const report = await doctor(ROOT).catch(orJson(json));
    console.log(json ? asJson(report) : describeReport(report));
    return report.ok ? 0 : 2;
  },
};
