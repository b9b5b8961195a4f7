import { type Outlook, outlookOf, parseReference, type Reference } from '../../../images/index.ts';
import { SUBJECTS } from '../catalogue.ts';
import type { EngineInfo } from '../engine-info.ts';
import { ok, type Seen } from '../finding.ts';
import { finishedStack, stepsWith } from '../finished-stack.ts';
import { type Check, infoOf } from '../machine.ts';

/** The stack starts without it where it is not available. */
const OPTIONAL = 'grafana/grafana';
const TEXTS = SUBJECTS['image.…'];

/** Where each image of the finished stack is, or would come from. */
export const images: Check = async (machine) => {
  const info = await infoOf(machine);
  const ask = (...words: string[]) => machine.ask('docker', ...words);
  return Promise.all(
    finishedStack(machine.root).images.map(async (image) => {
      const reference = parseReference(image);
      const subject = { id: `image.${reference.repository}`, title: `Image ${image}` };
      if (!info) return { ...subject, ...TEXTS.noEngine() };
      const outlook = await outlookOf(reference, ask);
      if (outlook.kind === 'pullable') {
        const steps = stepsWith(machine.root, image);
        return { ...subject, ...TEXTS.notPulled({ image, steps }) };
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
  if (outlook.kind === 'local') return ok(outlook.origin);
  const { refusal } = outlook;
  if (outlook.kind === 'not known') return TEXTS.notKnown({ refusal, image });
  // The command line asked; the engine may know a way of its own.
  const way = info.RegistryConfig.mirrors[0] ?? (info.HttpsProxy || info.HttpProxy);
  if (outlook.kind === 'unreachable' && way) return TEXTS.ownWay({ image });
  const { substitute } = outlook;
  if (substitute) return TEXTS.substituted({ refusal, substitute });
  return repository === OPTIONAL
    ? TEXTS.optional({ refusal, image })
    : TEXTS.unavailable({ refusal, image });
}
