// What the image of the app is built from.
import { posix } from 'node:path';
import { type Build, expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic, hintForMissing } from '../../verify/runner/index.ts';

export const sources = defineTopic({ kind: 'static' }, [
  {
    id: 'compose.app',
    title: 'The compose file has a service app, built from a Dockerfile',
    run(step) {
      const path = dockerfilePath(step);
      const other = step.files.all().find((it) => /(^|\/)Dockerfile$/.test(it));
      expectThat(step.files.exists(path) || !other, {
        expected: `build: with the folder of ${other}`,
        actual: `there is no ${path}`,
        where: step.compose().service('app').where('build'),
        hint: 'build names the folder whose Dockerfile makes the image, from the folder of the compose file.',
      });
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
      step.files.text(`${buildOfApp(step).folder}/main.ts`);
      checkSources(step);
      checkCopied(step);
    },
  },
]);

/** What the image of the app is built from. @throws CheckFailure without a build */
function buildOfApp(step: StepUnderTest): Build {
  const { build, where } = step.compose().service('app');
  return (
    build ??
    fail({
      expected: 'build, with the folder of the Dockerfile',
      actual: 'no build',
      where: where('build'),
      hint: 'build names the folder whose Dockerfile makes the image.',
    })
  );
}

/** The path of its Dockerfile. */
export const dockerfilePath = (step: StepUnderTest): string => buildOfApp(step).dockerfile;

/** @throws CheckFailure when a source file is empty, is not text, or imports a file that is not there */
function checkSources(step: StepUnderTest): void {
  const sources = step.files.all(buildOfApp(step).folder).filter((path) => path.endsWith('.ts'));
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

/** @throws CheckFailure when the Dockerfile copies a file by its name that is not there */
function checkCopied(step: StepUnderTest): void {
  const dockerfile = dockerfilePath(step);
  for (const [index, line] of step.files.text(dockerfile).split('\n').entries()) {
    const [, args] = line.match(/^\s*(?:COPY|ADD)\s+(?!.*--from=)(.*\S)/i) ?? [];
    const words = args?.replace(/^\[(.*)\]$/, '$1').split(/[\s,]+/) ?? [];
    const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
    for (const source of sources.map((word) => word.replaceAll('"', ''))) {
      const path = posix.join(buildOfApp(step).folder, source);
      if (/[*?[$]|:\/\//.test(source) || step.files.exists(path)) continue;
      fail({
        expected: `${path}, which ${dockerfile}:${index + 1} copies`,
        actual: 'no such file',
        where: `${path} (missing)`,
        hint: hintForMissing(`${dockerfile}:${index + 1}`, source),
      });
    }
  }
}
