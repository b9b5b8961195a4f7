import { describeSteps, titleOf } from '../../../images/needed/index.ts';
import { SUBJECTS } from '../catalogue.ts';
import { neededForClass } from '../compose-files.ts';
import { ok, type Seen } from '../finding.ts';
import { type Machine, readInfo } from '../machine.ts';
import { packages } from './node.ts';

/** Is everything here that any step needs, so that the room's network is needed for nothing? */
export async function ready(machine: Machine): Promise<Seen> {
  const texts = SUBJECTS['class.ready'];
  if (!(await readInfo(machine))) return texts.noEngine();
  const local = await machine.local;
  if (!local) return texts.late();
  const missing = neededForClass(machine.root).filter(({ full }) => !local.has(full));
  const names = missing.map((needed) => `${titleOf(needed)} (${describeSteps(needed)})`);
  if ((await packages(machine)).state !== 'ok') names.unshift('npm packages (every step)');
  if (names.length === 0) return ok('every image and package of every step is here');
  return texts.missing({ names: names.join('; ') });
}
