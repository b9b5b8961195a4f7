import { type Outlook, outlookOf, parseReference, type Reference } from '../../../images/index.ts';
import type { EngineInfo } from '../engine-info.ts';
import { about, type Finding } from '../finding.ts';
import { finishedStack } from '../finished-stack.ts';
import { type Check, infoOf, NO_ENGINE } from '../machine.ts';

/** The stack starts without it where it cannot be had. */
const OPTIONAL = 'grafana/grafana';

/** Where each image of the finished stack is, or would come from. */
export const images: Check = async (machine) => {
  const info = await infoOf(machine);
  const ask = (...words: string[]) => machine.ask('docker', ...words);
  return Promise.all(
    finishedStack(machine.root).images.map(async (full) => {
      const reference = parseReference(full);
      const found = about(`image.${reference.repository}`, `Image ${full}`);
      if (!info) return found.unknown(NO_ENGINE);
      return describe(found, reference, await outlookOf(reference, ask), info);
    }),
  );
};

function describe(
  { ok, warning, problem, unknown }: ReturnType<typeof about>,
  { full, repository }: Reference,
  outlook: Outlook,
  info: EngineInfo,
): Finding {
  if (outlook.kind === 'local') return ok(outlook.origin);
  if (outlook.kind === 'pullable') return ok('not here yet; its registry has it');
  const pull = `docker pull ${full}`;
  const seen = `not here yet; ${outlook.refusal}`;
  if (outlook.kind === 'not known') return unknown(seen, pull);
  // The command line asked; the engine may know a way of its own.
  const way = info.RegistryConfig.mirrors[0] ?? (info.HttpsProxy || info.HttpProxy);
  if (outlook.kind === 'unreachable' && way) {
    return unknown(
      'not here yet; the engine has a way of its own to a registry, which only a pull shows',
      pull,
    );
  }
  if (outlook.substitute) return warning(`${seen}; it will be ${outlook.substitute}`);
  if (repository === OPTIONAL)
    return warning(`${seen}; everything runs without it, and what is about it is skipped`, pull);
  return problem(seen, `Connect to a network where this works: ${pull}`);
}
