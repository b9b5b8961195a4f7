import { linuxDistribution } from '../engine/index.ts';
import { originOf } from './build-from-packages.ts';
import { RECIPES } from './recipes.ts';
import { type Reference, readRefusal } from './reference.ts';

/** What came of asking a program. */
export interface Answer {
  /** `missing`: there is no such program. `late`: it says nothing in time. */
  outcome: 'ok' | 'failed' | 'missing' | 'late';
  stdout: string;
  stderr: string;
}

/** Where an image that is not here would come from. */
export type Outlook =
  | { kind: 'pullable' }
  /** No registry gives it. `substitute`: how it would be built here instead. */
  | { kind: 'unreachable' | 'refused'; refusal: string; substitute: string | undefined }
  | { kind: 'not known'; refusal: string };

/**
 * Looks where an image would come from, without pulling or building anything.
 *
 * @param ask runs `docker` with these arguments
 */
export async function askOutlook(
  reference: Reference,
  ask: (...args: string[]) => Promise<Answer>,
): Promise<Outlook> {
  const asked = await ask('manifest', 'inspect', reference.full);
  if (asked.outcome === 'ok') return { kind: 'pullable' };
  if (asked.outcome === 'late') {
    return { kind: 'not known', refusal: 'its registry does not answer in time' };
  }
  const { refusal, unreachable } = readRefusal(asked.stderr);
  if (/experimental|unknown command|not a docker command/i.test(refusal)) {
    return { kind: 'not known', refusal };
  }
  const kind = unreachable ? 'unreachable' : 'refused';
  return { kind, refusal, substitute: substituteFor(reference) };
}

function substituteFor({ repository }: Reference): string | undefined {
  const recipe = RECIPES[repository];
  return recipe && linuxDistribution() === 'debian' ? originOf(recipe) : undefined;
}
