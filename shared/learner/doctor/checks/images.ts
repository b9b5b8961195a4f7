import { askOutlook, type Outlook, parseReference, type Reference } from '../../../images/index.ts';
import { describeSteps, titleOf } from '../../../images/needed/index.ts';
import { localized } from '../../../language.ts';
import { SUBJECTS } from '../catalogue.ts';
import { imagesOfSteps, neededForClass } from '../compose-files.ts';
import type { EngineInfo } from '../engine-info.ts';
import { ok, type Seen } from '../finding.ts';
import { type Check, type Machine, readInfo } from '../machine.ts';
import { packages } from './node.ts';

/** Every stack starts without these where they are not available. */
const OPTIONAL = ['grafana/grafana', 'ghcr.io/google/cadvisor'];
const TEXTS = SUBJECTS['image.…'];

/** Where each image of every step is, or would come from. */
export const images: Check = async (machine) => {
  const info = await readInfo(machine);
  const local = await machine.local;
  const ask = (...args: string[]) => machine.ask('docker', ...args);
  return Promise.all(
    imagesOfSteps(machine.root).map(async ({ full: image, steps }) => {
      const reference = parseReference(image);
      const subject = { id: `image.${reference.repository}`, title: `Image ${image}` };
      if (!info) return { ...subject, ...TEXTS.noEngine() };
      if (!local) return { ...subject, ...TEXTS.late() };
      const origin = local.get(image);
      if (origin) return { ...subject, ...ok(origin) };
      const outlook = await askOutlook(reference, ask);
      if (outlook.kind === 'pullable') {
        return { ...subject, ...TEXTS.notPulled({ image, steps: steps.join(', ') }) };
      }
      return { ...subject, ...describe(reference, outlook, info) };
    }),
  );
};

function describe(
  { full: image, repository }: Reference,
  outlook: Exclude<Outlook, { kind: 'pullable' }>,
  info: EngineInfo,
): Seen {
  const { refusal } = outlook;
  if (outlook.kind === 'not known') return TEXTS.notKnown({ refusal, image });
  // The command line asked; the engine may know a way of its own.
  const way = info.RegistryConfig.mirrors[0] ?? (info.HttpsProxy || info.HttpProxy);
  if (outlook.kind === 'unreachable' && way) return TEXTS.ownWay({ image });
  const { substitute } = outlook;
  if (substitute) return TEXTS.substituted({ refusal, substitute });
  return OPTIONAL.includes(repository)
    ? TEXTS.optional({ refusal, image })
    : TEXTS.unavailable({ refusal, image });
}

/** Is everything here that any step needs, so that the room's network is needed for nothing? */
export async function ready(machine: Machine): Promise<Seen> {
  const texts = SUBJECTS['class.ready'];
  if (!(await readInfo(machine))) return texts.noEngine();
  const local = await machine.local;
  if (!local) return texts.late();
  const missing = neededForClass(machine.root).filter(({ full }) => !local.has(full));
  const names = missing.map((needed) => `${titleOf(needed)} (${describeSteps(needed)})`);
  if ((await packages(machine)).state !== 'ok')
    names.unshift(localized('npm packages (every step)', 'npm 套件（每一步）'));
  if (names.length === 0) return ok('every image and package of every step is here');
  return texts.missing({ names: names.join('; ') });
}
