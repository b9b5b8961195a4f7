// The service app in the compose file.
import {
  expectHealthcheck,
  expectLoopback,
  expectPublished,
  expectUnshared,
} from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { dockerfilePath } from './sources.ts';

/** @throws CheckFailure unless its port 8080 is published */
const publishedPort = (step: StepUnderTest) =>
  expectPublished(step.compose().service('app'), 8080, 'the app');

/** The instruction of a Dockerfile, with the lines that go on from it. */
const HEALTHCHECK = /^\s*HEALTHCHECK\b(?:\\\r?\n|.)*/gim;

/** The healthcheck asks its own container; behind the name app may be another one. */
const QUESTION =
  /^http:\/\/(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\$+\{?HOSTNAME\}?):(8080|\$(?!\{?APP_PORT\b)[^/]*)\/healthz$/;

export const compose = defineTopic({ kind: 'static', task: 2, needs: ['compose.port'] }, [
  {
    id: 'compose.port',
    title: "The app's port 8080 is published",
    needs: ['compose.app'],
    run(step) {
      const app = step.compose().service('app');
      const own = expectPublished(app, 8080, 'the app');
      expectUnshared(app, own, ['8080', 'APP_PORT']);
    },
  },
  {
    id: 'compose.loopback',
    title: 'The port is open to this machine only',
    run: (step) =>
      expectLoopback(step.compose().service('app'), () => 'the address 127.0.0.1 before the port'),
  },
  {
    id: 'compose.port-moves',
    title: 'APP_PORT moves the port on this machine',
    run(step) {
      const { text, where } = publishedPort(step);
      expectThat(/\$\{APP_PORT:?-8080\}/.test(text), {
        expected: 'the variable APP_PORT on the side of this machine, 8080 when it is not set',
        actual: text,
        where,
        hint: 'Compose fills in variables. After :- comes the value that counts when the variable is not set.',
      });
    },
  },
  {
    id: 'compose.healthcheck',
    title: 'Docker asks /healthz whether the app works',
    task: 3,
    needs: ['compose.app'],
    run(step) {
      const app = step.compose().service('app');
      expectHealthcheck(
        app,
        'Without a healthcheck a container counts as fine as soon as it has started, whatever it answers.',
      );
      const { where } = app.healthcheck;
      const test = [app.healthcheck.test].flat().join(' ');
      // fetch takes whole addresses only.
      const url = test.match(/(?:https?:\/\/|(?<=fetch\(\s*['"`])(?!https?:))[^\s'"`);|&]+/)?.[0];
      expectThat(!url || QUESTION.test(url), {
        expected: 'the question http://127.0.0.1:8080/healthz',
        actual: url ?? '',
        where,
        hint: 'The question is a whole address, asked inside the container, of itself: 127.0.0.1 and the port in there. A route of its own keeps it out of the traffic.',
      });
      const program = test.match(/\b(curl|wget)\b/)?.[1];
      const dockerfile = step.files.text(dockerfilePath(step)).replace(HEALTHCHECK, '');
      expectThat(!program || dockerfile.includes(program), {
        expected: 'a program that is in the image',
        actual: program ?? '',
        where,
        hint: 'The healthcheck runs inside the container. The slim image has Node.js, but neither curl nor wget.',
      });
    },
  },
  {
    id: 'docker.user',
    title: 'The image does not run as root',
    task: 1,
    needs: ['compose.app'],
    run(step) {
      const app = step.compose().service('app');
      const path = dockerfilePath(step);
      const last = [...step.files.text(path).matchAll(/^\s*USER\s+(\S+)/gim)].at(-1)?.[1];
      const user = app.get('user') ?? last;
      // The last stage counts.
      const lines = step.files.text(path).split('\n');
      const pattern = last === undefined ? /^\s*FROM\s/i : /^\s*USER\s/i;
      const line = lines.findLastIndex((text) => pattern.test(text)) + 1;
      if (user !== undefined && !/^(root|0)(:|$)/.test(String(user))) return;
      fail({
        expected: 'a user other than root',
        actual: user === undefined ? 'no USER, so root' : String(user),
        where: app.get('user') === undefined ? `${path}:${line}` : app.where('user'),
        hint: 'A process that breaks out of its container has the rights it had inside. The image brings a plain user, called node.',
      });
    },
  },
]);
