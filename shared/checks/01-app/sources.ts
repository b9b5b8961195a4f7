// What the image of the app is built from.
import { posix } from 'node:path';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';

export const sources = defineTopic({ kind: 'static' }, [
  {
    id: 'compose.app',
    title: 'The compose file has a service app, built from a Dockerfile',
    run(step) {
      const path = dockerfilePath(step);
      expectThat(/^\s*FROM\s/im.test(step.files.text(path)), {
        expected: 'a Dockerfile that begins with FROM',
        actual: 'no FROM',
        where: `${path}:1`,
        hint: 'FROM names the image that yours is built on.',
      });
    },
  },
  {
    id: 'app.source',
    title: "The app's files are all there",
    needs: ['compose.app'],
    run(step) {
      step.files.text(`${appFolder(step)}/main.ts`);
      checkSources(step);
    },
  },
]);

/** The folder the service app is built from, without "./": "app". @throws CheckFailure without a build */
function appFolder(step: StepUnderTest): string {
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
export function dockerfilePath(step: StepUnderTest): string {
  const name = step.compose().service('app').get('build', 'dockerfile');
  return posix.join(appFolder(step), typeof name === 'string' ? name : 'Dockerfile');
}

/** @throws CheckFailure when a source file is empty, is not text, or imports a file that is not there */
function checkSources(step: StepUnderTest): void {
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
        hint: 'Node.js imports a file by its whole name, with the ending .ts and the same upper and lower case.',
      });
    }
  }
}
