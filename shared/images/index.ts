import { execa } from 'execa';
import { announce, MachineFault } from '../engine/index.ts';
import { localized } from '../language.ts';
import {
  type Local,
  localQuestion,
  parseReference,
  type Reference,
  readLocal,
  readRefusal,
  UNREACHABLE,
} from './reference.ts';

export type { Answer, Outlook } from './outlook.ts';
export {
  type Local,
  localQuestion,
  ORIGIN_LABEL,
  parseReference,
  type Reference,
  readLocal,
} from './reference.ts';

/** Loaded only for the doctor: where an image would come from. */
export const askOutlook = async (...args: Parameters<typeof import('./outlook.ts').askOutlook>) =>
  (await import('./outlook.ts')).askOutlook(...args);

/** What became of one image: where it comes from, or why it is not available. */
export interface Image extends Reference {
  /** "pulled", "built from Debian packages, no web UI", …; undefined where it is not available. */
  origin?: string;
  /** Why the image is not available. */
  unavailable?: string;
}

/** Why it is not available, in the learner's language where it is known. */
export const whyNot = ({ unavailable = '' }: Pick<Image, 'unavailable'>): string =>
  unavailable === UNREACHABLE
    ? localized(unavailable, '這裡連不到任何映像檔 registry')
    : unavailable;

/** The line that reports print: "Prometheus 3.5.3, pulled". */
export function describeImage(image: Image): string {
  const name = `${image.title} ${image.version}`;
  if (image.origin) return `${name}, ${image.origin}`;
  const why = whyNot(image);
  return localized(`${name}, not available: ${why}`, `${name}：無法取得（${why}）`);
}

/** An image is in the way. */
export const imageFault = ({ title, version, full, unavailable = '' }: Image): MachineFault =>
  new MachineFault('image-unavailable', {
    ...{ name: `${title} ${version}`, image: full, reason: unavailable },
  });

/**
 * Gets every image: already local, else pulled, else built from packages. An image that is not available
 * is no error here; the caller knows whether it can do without.
 */
export async function ensureImages(references: string[], signal?: AbortSignal): Promise<Image[]> {
  const images: Image[] = [];
  for (const full of new Set(references))
    images.push(await ensureImage(parseReference(full), signal));
  return images;
}

/** What became of images, by their full names, and until when that is believed: milliseconds since 1970. */
const known = new Map<string, { image: Promise<Image>; until: number }>();

/** Asking about an image starts a program, or a registry. Milliseconds. */
const BELIEVED_FOR = 60_000;

function ensureImage(reference: Reference, signal?: AbortSignal): Promise<Image> {
  const earlier = known.get(reference.full);
  if (earlier && Date.now() < earlier.until) return earlier.image;
  const image = findOrFetch(reference, signal);
  known.set(reference.full, { image, until: Date.now() + BELIEVED_FOR });
  image.catch(() => known.delete(reference.full));
  return image;
}

async function findOrFetch(reference: Reference, signal?: AbortSignal): Promise<Image> {
  const origin = await localOrigin(reference);
  if (origin) return { ...reference, origin };
  return announce(
    localized(
      `Getting ${reference.title} ${reference.version}`,
      `取得 ${reference.title} ${reference.version}`,
    ),
    (detail) => fetchImage(reference, detail, signal),
    (image) => ({ text: describeImage(image), warning: image.unavailable !== undefined }),
  );
}

async function fetchImage(
  reference: Reference,
  detail: (message: string) => void,
  signal?: AbortSignal,
): Promise<Image> {
  const refusal = await pull(reference, detail, signal);
  signal?.throwIfAborted();
  // Loaded only where no registry has the image.
  const { RECIPES } = await import('./recipes.ts');
  const recipe = RECIPES[reference.repository];
  if (refusal && recipe) {
    detail(
      localized(
        'not to be pulled, so built from Debian packages',
        '無法下載，改由 Debian 套件建置',
      ),
    );
    const { buildFromPackages } = await import('./build-from-packages.ts');
    const failure = await buildFromPackages(reference, recipe).catch(
      (error: Error) => error.message.split('\n')[0],
    );
    if (failure) return { ...reference, unavailable: `${refusal}; ${failure}` };
  }
  const origin = await localOrigin(reference);
  return origin ? { ...reference, origin } : { ...reference, unavailable: refusal };
}

/** @returns nothing when the image was pulled, else the reason why not */
async function pull(
  reference: Reference,
  detail: (message: string) => void,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const pulling = execa('docker', ['pull', reference.full], {
    reject: false,
    all: true,
    ...(signal && { cancelSignal: signal }),
  });
  for await (const line of pulling.iterable({ from: 'stdout' })) detail(line);
  const result = await pulling;
  if (!result.failed) return undefined;
  return readRefusal(result.stderr).refusal;
}

/** Where a local image comes from; undefined when it is not local. */
async function localOrigin(reference: Reference): Promise<string | undefined> {
  return (await localImages([reference.full])).get(reference.full)?.origin;
}

/** Those images that are here, by their names. */
export async function localImages(names: string[]): Promise<Map<string, Local>> {
  const args = localQuestion(names);
  // It fails where one is missing, and prints the others.
  const { stdout } = await execa('docker', args, { reject: false });
  return readLocal(names, stdout);
}
