import { announce, ensureEngine } from '../engine/index.ts';
import { whyNot } from '../images/index.ts';
import { localized } from '../language.ts';
import { type Stack, startStack } from '../stack/index.ts';
import { fireAndResolve } from './fire-and-resolve.ts';
import { PASSWORD_FILE, PROJECT_NAME, ROOT, refuseRealSlack } from './place.ts';
import type { DemoReport } from './report.ts';

export interface DemoOptions {
  /** Take the stack down at the end. */
  once: boolean;
  /** A tenth of the requests fails, so that the second alert comes too. */
  fail: boolean;
  /** Where the live timeline goes, line by line. */
  print: (line: string) => void;
  signal: AbortSignal;
}

/**
 * The main job: the finished stack comes up, load fires the alert, the message arrives, the alert resolves.
 *
 * @throws Fault when the machine or a file is in the way; then nothing is left running
 */
export async function demo(options: DemoOptions): Promise<DemoReport> {
  await refuseRealSlack();
  const { version, composeVersion } = await ensureEngine();
  options.print(
    localized(
      `Docker engine ${version}, compose ${composeVersion}`,
      `Docker 引擎 ${version}，compose ${composeVersion}`,
    ),
  );

  const { signal, once } = options;
  const stack = await startStack({
    directory: ROOT,
    name: PROJECT_NAME,
    ports: 'own',
    keep: true,
    signal,
  });
  try {
    sayLeftOut(stack.leftOut, options.print);
    const report = {
      ...(await fireAndResolve(stack, options)),
      ...{ images: stack.images, urls: await stack.urls() },
      ...{ leftOut: Object.fromEntries(stack.leftOut), grafanaPasswordFile: PASSWORD_FILE },
      stackIsUp: !once,
    };
    if (once) await remove(stack);
    return report;
  } catch (error) {
    await remove(stack);
    throw error;
  }
}

export const removing = () => localized('Removing the stack', '移除所有容器');
const remove = (stack: Stack) => announce(removing(), () => stack.takeDown());

/** @param leftOut service → why */
export function sayLeftOut(leftOut: Map<string, string>, print: (line: string) => void): void {
  for (const [service, reason] of leftOut) {
    const why = whyNot({ unavailable: reason });
    print(localized(`Left out: ${service}, because ${why}`, `略過 ${service}，原因：${why}`));
  }
}
