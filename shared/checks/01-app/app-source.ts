import { posix } from 'node:path';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';

/** The folder the service app is built from, without "./": "app". @throws CheckFailure without a build */
export function appFolder(step: StepUnderTest): string {
  const app = step.compose().service('app');
  const build = app.get('build');
  const folder = typeof build === 'string' ? build : app.get('build', 'context');
  if (typeof folder === 'string') return posix.normalize(folder).replace(/\/$/, '');
  return fail({
    expected: 'build, with the folder of the Dockerfile',
    actual: 'no build',
    where: app.where('build'),
    hint: 'build names the folder whose Dockerfile makes the image.',
  });
}

/** The path of its Dockerfile. */
export function dockerfileOf(step: StepUnderTest): string {
  const name = step.compose().service('app').get('build', 'dockerfile');
  return posix.join(appFolder(step), typeof name === 'string' ? name : 'Dockerfile');
}

/** @throws CheckFailure when a source file is empty, is not text, or imports a file that is not there */
export function checkSources(step: StepUnderTest): void {
  const sources = step.files.all(appFolder(step)).filter((path) => path.endsWith('.ts'));
  for (const path of sources) {
    const text = step.files.text(path);
    if (text.trim() === '') {
      fail({
        expected: 'a program',
        actual: 'an empty file',
        where: `${path}:1`,
        hint: `Get it back as it was at the start. In the folder of the step: git restore ${path}`,
      });
    }
    for (const [index, line] of text.split('\n').entries()) {
      const name = line.match(/^(?:import|export|\}).*from ['"](\.[^'"]*)['"]/)?.[1];
      if (!name || step.files.exists(posix.join(posix.dirname(path), name))) continue;
      fail({
        expected: `the file ${name}, which is imported here`,
        actual: 'no such file',
        where: `${path}:${index + 1}`,
        hint: 'Node.js imports a file by its whole name, with the ending .ts, in the same upper and lower case.',
      });
    }
  }
}

/** The entry below ports: that leads to 8080, as it is written. */
export function publishedPort(step: StepUnderTest): { text: string; where: string } {
  const { ports, get } = step.compose().service('app');
  const index = ports.findIndex(({ target }) => target === '8080');
  const entry = get('ports', index);
  const text = typeof entry === 'object' ? JSON.stringify(entry) : String(entry);
  return { text, where: ports[index]?.where ?? '' };
}
