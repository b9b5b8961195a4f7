import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { localized } from '../language.ts';
import { asJson, type Commands, misuse, orJson, ROOT, whereTyped } from './command.ts';

/** The finished system on several machines. */
export const swarmCommands: Commands = {
  async swarm(args, signal) {
    const options = { json: { type: 'boolean' }, stack: { type: 'string' } } as const;
    const { json = false, stack } = parseArgs({ args, options }).values;
    const { describeSwarm, swarm } = await import('../swarm/index.ts');
    const file = stack === undefined ? await solved() : resolve(whereTyped(stack));
    if (!existsSync(file)) {
      const problem = localized(`There is no file ${file}`, `沒有 ${file} 這個檔案`);
      throw misuse(problem);
    }
    const print = json ? console.error : console.log;
    const report = await swarm({ file, print, signal }).catch(orJson(json));
    console.log(json ? asJson(report) : describeSwarm(report));
    return report.ok ? 0 : 1;
  },
};

/** The stack file of the last solution that has one. */
async function solved(): Promise<string> {
  const { STEPS } = await import('../verify/index.ts');
  const files = STEPS.map((id) => join(ROOT, 'solutions', id, 'swarm', 'stack.yaml'));
  return files.findLast((file) => existsSync(file)) ?? '';
}
