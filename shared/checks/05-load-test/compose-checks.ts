import { posix } from 'node:path';
import { expectShared, expectTogether } from '../../verify/expect/index.ts';
import { expectThat, splitCommand } from '../../verify/files/index.ts';
import { type Check, composeParses, defineTopic } from '../../verify/runner/index.ts';

const PACKAGE = 'load-test/package.json';

/** Inside the compose network: the service's name, and the port that the app listens on in its container. */
const APP = 'http://app:8080';

/** A folder as it stands in the compose file: "./load-test", "../load-test" or ".". */
const inStep = (folder: string): string => (folder.startsWith('.') ? folder : `./${folder}`);

/** The service that sends the load. */
const ofService = defineTopic({ kind: 'static', task: 4, needs: ['compose.load-test'] }, [
  {
    id: 'compose.load-test',
    title: 'The compose file has a service load-test, built from load-test/',
    needs: ['compose.parses'],
    run(step) {
      const service = step.compose().service('load-test');
      const { folder = '', dockerfile } = service.build ?? {};
      expectThat(dockerfile && step.files.exists(dockerfile), {
        expected: 'build: ./load-test, the folder with its Dockerfile',
        actual: dockerfile
          ? `no ${posix.relative(folder, dockerfile)} in ${inStep(folder)}`
          : 'no build',
        where: service.where('build'),
        hint: 'build names the folder whose Dockerfile makes the image.',
      });
    },
  },
  {
    id: 'compose.profile',
    title: 'The load test starts only with the profile load',
    run(step) {
      const service = step.compose().service('load-test');
      const profiles = service.get('profiles');
      expectThat(Array.isArray(profiles) && profiles.includes('load'), {
        expected: 'profiles: [load]',
        actual: profiles === undefined ? 'no profiles' : `profiles: ${JSON.stringify(profiles)}`,
        where: service.where('profiles'),
        hint: 'Without a profile a service starts with every `docker compose up`, and load nobody asked for raises an alert.',
      });
    },
  },
  {
    id: 'compose.target',
    title: `In its container the load test sends to ${APP}`,
    run(step) {
      const service = step.compose().service('load-test');
      const entrypoint = splitCommand(service.get('entrypoint'));
      const words = [...entrypoint, ...service.command];
      const target = words
        .map((word, index) => (word === '--target' ? words[index + 1] : word.split('--target=')[1]))
        .find((word) => word !== undefined);
      expectThat(target?.replace(/\/$/, '') === APP, {
        expected: `the option --target, then ${APP}`,
        actual: target ? `--target ${target}` : `the words ${JSON.stringify(words)}`,
        where: service.where(/--target/.test(`${entrypoint}`) ? 'entrypoint' : 'command'),
        hint: 'Each container has a localhost of its own. Others are reached by service name and container port, and each word of a command is one entry of its list.',
      });
    },
  },
  {
    id: 'compose.waits',
    title: 'The load test waits until the app is healthy',
    run(step) {
      const service = step.compose().service('load-test');
      expectTogether(step.compose(), 'load-test', 'app');
      const restart = String(service.get('restart') ?? 'no');
      expectThat(!/^(always|unless-stopped)/.test(restart), {
        expected: 'a load that ends',
        actual: `restart: ${restart}`,
        where: service.where('restart'),
        hint: 'A service with restart: always begins anew when it has ended, and so does the load. The exit code says what came of it, once.',
      });
      const condition = service.get('depends_on', 'app', 'condition');
      // One that is started again until it succeeds comes to the app in the end, too.
      expectThat(condition === 'service_healthy' || restart.startsWith('on-failure'), {
        expected: 'depends_on app, with the condition service_healthy',
        actual: condition
          ? `the condition ${condition}`
          : service.get('depends_on')
            ? 'no condition, so it waits only until the container has started'
            : 'no depends_on',
        where: service.where('depends_on', 'app', 'condition'),
        hint: 'A container that has started may still be loading. Its healthcheck says when it answers.',
      });
    },
  },
  {
    id: 'compose.shared',
    title: 'The load test has what all services share',
    run: (step) => expectShared(step.compose().service('load-test')),
  },
]);

/** The files that it is made of. */
const ofProgram = defineTopic({ kind: 'static' }, [
  {
    id: 'package.autocannon',
    title: 'package.json asks for one exact version of autocannon',
    run(step) {
      const { dependencies } = step.files.json(PACKAGE) as {
        dependencies?: Record<string, string>;
      };
      const version = dependencies?.autocannon;
      expectThat(version !== undefined && /^\d+\.\d+\.\d+$/.test(version), {
        expected: 'an exact version in dependencies, such as "autocannon": "9.0.0"',
        actual:
          version === undefined ? 'no autocannon in dependencies' : `"autocannon": "${version}"`,
        where: step.files.find(PACKAGE, /"autocannon"|"dependencies"/),
        hint: 'With ^ or latest two people may measure with two versions. The image leaves devDependencies out.',
      });
    },
  },
  {
    id: 'load-test.files',
    title: 'Every file of the load test has something in it',
    run(step) {
      for (const path of ['load-test/load-test.ts', 'load-test/run-load.ts']) {
        const text = step.files.text(path);
        const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').trim();
        expectThat(code, {
          expected: 'code in the file',
          actual: text.trim() ? 'only comments' : 'an empty file',
          where: `${path}:1`,
          hint: `Get it back with: git restore steps/05-load-test/${path}`,
        });
      }
    },
  },
]);

export const composeChecks: Check[] = [composeParses, ...ofService, ...ofProgram];
