import { announce, docker, ensureEngine } from '../engine/index.ts';
import { ensureImages, localImages, ORIGIN_LABEL, whyNot } from '../images/index.ts';
import {
  describeSteps,
  type FirstBuild,
  firstBuilds,
  type Needed,
  titleOf,
} from '../images/needed/index.ts';
import { localized, padColumns } from '../language.ts';
import { describeReport, doctor, neededForClass } from '../learner/doctor/index.ts';

/** Something that is still missing, and why. */
export interface Missing extends Needed {
  reason: string;
}

/** Without it, it would say what the image says that it starts from. */
const LABEL = `${ORIGIN_LABEL}=built from this clone`;

/** Bytes, as people read them. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/**
 * Brings everything that any step needs onto this machine: images, and the packages that are built into images. What is
 * there already is left alone, so that it goes on where it stopped.
 *
 * @returns the exit code: 2 when something is missing
 */
export async function prepare(root: string, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  await ensureEngine();
  const missing = [...(await getImages(root, signal)), ...(await buildAll(root, signal))];
  await report(root, missing, (performance.now() - start) / 1_000);
  return missing.length > 0 ? 2 : 0;
}

/** Gets every image that can be had. @returns the others */
export async function getImages(root: string, signal: AbortSignal): Promise<Missing[]> {
  const built = firstBuilds(root).map(({ full }) => full);
  const missing: Missing[] = [];
  for (const needed of neededForClass(root)) {
    if (built.includes(needed.full)) continue;
    const [image] = await ensureImages([needed.full], signal);
    if (image?.unavailable) missing.push({ ...needed, reason: whyNot(image) });
  }
  return missing;
}

/** Builds once what steps build, unless it is built. @returns what cannot be built */
export async function buildAll(root: string, signal: AbortSignal): Promise<Missing[]> {
  const builds = firstBuilds(root);
  const local = await localImages(builds.map(({ full }) => full));
  const missing: Missing[] = [];
  for (const build of builds.filter(({ full }) => !local.has(full))) {
    const reason = await announce(
      `${titleOf(build)} (${describeSteps(build)})`,
      () => buildOnce(build, signal),
      (failure) => ({
        text: `${titleOf(build)}${failure && `: ${failure}`}`,
        warning: failure !== '',
      }),
    );
    signal.throwIfAborted();
    if (reason) missing.push({ ...build, reason });
  }
  return missing;
}

/** @returns why it failed; nothing when it did not */
const buildOnce = ({ full, context }: FirstBuild, signal: AbortSignal): Promise<string> =>
  docker(['build', '--quiet', '--label', LABEL, '--tag', full, context], { signal }).then(
    () => '',
    (error: Error) =>
      error.message.split('\n').find((line) => /error/i.test(line)) ?? error.message,
  );

export const describeMissing = ({ reason, ...needed }: Missing): string =>
  localized(
    `  ✗ ${titleOf(needed)} (${describeSteps(needed)}) is missing: ${reason}`,
    `  ✗ 缺 ${titleOf(needed)}（${describeSteps(needed)}）：${reason}`,
  );

/** What people send to the instructor: everything that is needed, and how the doctor sees this machine. */
export async function report(root: string, missing: Missing[], seconds: number): Promise<void> {
  const needed = neededForClass(root);
  const local = await localImages(needed.map(({ full }) => full));
  const rows = needed.map((one) => {
    const { origin = '', size = 0 } = local.get(one.full) ?? {};
    const reason = missing.find(({ full }) => full === one.full)?.reason ?? '';
    return [
      `${origin ? '✓' : '✗'} ${titleOf(one)}`,
      describeSteps(one),
      origin ? megabytes(size) : '',
      origin || localized(`missing: ${reason}`, `缺少：${reason}`),
    ];
  });
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => [...(row[at] ?? '')].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => padColumns(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const time = seconds.toFixed(0);
  console.log(
    [
      localized('For every step', '每一步需要的'),
      ...lines.map((line) => `  ${line}`),
      localized(
        `${missing.length} missing, after ${time} s`,
        `缺 ${missing.length} 個，用了 ${time} 秒`,
      ),
      '',
      describeReport(await doctor(root)),
    ].join('\n'),
  );
}
