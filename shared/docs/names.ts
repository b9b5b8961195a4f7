import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Finding } from '../lessons/index.ts';
import { STEPS } from '../verify/index.ts';
import type { Text } from './read-text.ts';

/** What a text says exists, what is true, and how the text would have to say it. */
interface Claim {
  said: string;
  isTrue: boolean;
  truth: string;
}

/** Every npm script, file, port, image and version that a page names is one that exists. */
export async function checkNames(root: string, texts: Text[]): Promise<Finding[]> {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const composeFiles = STEPS.map((step) => join(root, 'solutions', step, 'docker-compose.yaml'));
  const compose = (await Promise.all(composeFiles.map(readIfThere))).join('\n');
  const [ports, images] = [publishedIn(compose), pinnedIn(compose)];
  const claimsIn = (line: string): Claim[] => [
    ...claimsOfScripts(line, Object.keys(scripts)),
    ...claimsOfPorts(line, ports),
    ...claimsOfImages(line, images),
  ];
  return texts.flatMap((text) => {
    const { file, content, code } = text;
    const places = [
      ...content
        .split('\n')
        .flatMap((said, index) => claimsIn(said).map((claim) => ({ claim, line: index + 1 }))),
      ...code.flatMap(({ content: said, line }) =>
        claimsOfFiles(root, file, said).map((claim) => ({ claim, line })),
      ),
    ];
    return places
      .filter(({ claim }) => !claim.isTrue)
      .map(({ claim: { said, truth }, line }) => ({
        file,
        line,
        problem: `${said} does not exist`,
        remedy: truth,
      }));
  });
}

function claimsOfScripts(line: string, scripts: string[]): Claim[] {
  return [...line.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([said, name = '']) => ({
    said,
    // A number stands for any step.
    isTrue: scripts.includes(name.replace(/-N$/, '-1')),
    truth: `the scripts are ${scripts.join(', ')}`,
  }));
}

/** A step may not have one. */
const readIfThere = (path: string) => readFile(path, 'utf8').catch(() => '');

const publishedIn = (compose: string): string[] => [
  ...new Set([...compose.matchAll(/_PORT:-(\d+)[-\d]*\}/g)].map(([, port = '']) => port)),
];

/**
 * A port is one that a step publishes, or the same with a 1 before it: an example of another. Behind = stands where a
 * server listens in its container.
 */
function claimsOfPorts(line: string, ports: string[]): Claim[] {
  return [...line.matchAll(/(?<!=)(?:localhost|127\.0\.0\.1):(\d{4,5})/g)].map(
    ([said, port = '']) => ({
      said,
      isTrue: ports.includes(port) || ports.includes(port.replace(/^1/, '')),
      truth: `the ports are ${ports.join(', ')}`,
    }),
  );
}

interface Pinned {
  image: string;
  version: string;
  /** Where a text speaks of a version of it. */
  mention: RegExp;
}

/** The images of the compose files; several steps pin the same. */
function pinnedIn(compose: string): Pinned[] {
  const found = compose.matchAll(/image: (\S+\/(\w+)):v?([\d.]+)/g);
  return [...new Map([...found].map((it) => [it[0], it])).values()].map(
    ([image, , name, version = '']) => ({
      ...{ image, version, mention: new RegExp(`\\b${name}[: ]v?(\\d+(?:\\.\\d+)+)`, 'gi') },
    }),
  );
}

/** `prom/prometheus:v3.5.3` is pinned in the compose file; "Prometheus 3.5" is that version too. */
const claimsOfImages = (line: string, images: Pinned[]): Claim[] =>
  images.flatMap(({ image, version, mention }) =>
    [...line.matchAll(mention)].map(([said, mentioned = '']) => ({
      said,
      isTrue: `${version}.`.startsWith(`${mentioned}.`),
      truth: `the compose file says ${image}`,
    })),
  );

const PATH = /^(?:\.\/)?[\w.-]+(?:\/[\w.-]+)+\.(?:ts|md|ya?ml|json|svg|png|txt)$/;

/** A path is meant from the root, from the lesson's folder, or from the last step's, which has the files of all others. */
function claimsOfFiles(root: string, file: string, said: string): Claim[] {
  if (!PATH.test(said)) return [];
  const folders = ['.', dirname(file), `solutions/${STEPS.at(-1)}`];
  const isTrue = folders.some((folder) => existsSync(join(root, folder, said)));
  return [{ said, isTrue, truth: `it lies neither in ${folders.join(' nor in ')}` }];
}
