import {
  expectHealthcheck,
  expectNamedVolume,
  expectPort,
  expectSecretsFirst,
  expectShared,
} from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { expectPasswordFile } from './password.ts';
import { isOn, settingOf } from './settings.ts';

export const grafanaIn = (step: StepUnderTest) => step.compose().service('grafana');

/** What would let people in without an account, or let them make one. */
const OPEN_DOORS = [
  ['auth.anonymous', 'enabled'],
  ['users', 'allow_sign_up'],
] as const;

/** The service grafana in the compose file. */
export const compose = defineTopic({ kind: 'static', task: 1, needs: ['grafana.image'] }, [
  {
    id: 'grafana.image',
    title: 'There is a service grafana, with an exact version of its image',
    needs: ['compose.file'],
    run(step) {
      const grafana = grafanaIn(step);
      const image = grafana.image || 'no image';
      const expected = 'image: grafana/grafana:12.4.14, or another exact version';
      expectThat(!grafana.get('image') || /(^|\/)grafana(-oss|-enterprise)?([:@]|$)/.test(image), {
        expected,
        actual: image,
        where: grafana.where('image'),
        hint: 'The name before the colon says which program it is. Look for a typo in it.',
      });
      expectThat(grafana.isPinned, {
        expected,
        actual: image,
        where: grafana.where('image'),
        hint: 'Without an exact tag, the next download may bring another version than the one you tested.',
      });
    },
  },
  {
    id: 'grafana.password',
    title: "Grafana's admin password comes from a file",
    run: expectPasswordFile,
  },
  {
    id: 'grafana.closed',
    title: 'Nobody gets into Grafana without an account, or makes one',
    run(step) {
      for (const [section, key] of OPEN_DOORS) {
        const setting = settingOf(step, section, key);
        expectThat(!isOn(setting), {
          expected: `${setting?.name}: "false"`,
          actual: `${setting?.name}: "${setting?.value}"`,
          where: setting?.where ?? '',
          hint: 'Who can see dashboards can also ask the data source anything. Let people in by an account.',
        });
      }
    },
  },
  {
    id: 'grafana.port',
    title: "Grafana's port 3000 is open to this machine only",
    run: (step) => expectPort(grafanaIn(step), 3000, 'GRAFANA_PORT:-3000'),
  },
  {
    id: 'grafana.login',
    title: 'A browser finds Grafana, and the form to log in',
    run(step) {
      const moved = settingOf(step, 'server', 'http_port');
      expectThat(!moved || moved.value === '3000', {
        expected: 'Grafana listening on 3000 in its container',
        actual: `${moved?.name}: ${moved?.value}`,
        where: moved?.where ?? '',
        hint: 'This is the port in the container, which the healthcheck and the right side of ports: ask for. The one on your machine is on the left side.',
      });
      const address = settingOf(step, 'server', 'root_url');
      const isBelow = /^\w+:\/\/[^/]+\/[^/]/.test(address?.value ?? '');
      expectThat(!isBelow || isOn(settingOf(step, 'server', 'serve_from_sub_path')), {
        expected: 'an address without a path, such as http://localhost:3000/',
        actual: `${address?.name}: ${address?.value}, and Grafana does not answer below that path`,
        where: address?.where ?? '',
        hint: 'A path in the address is for a proxy in front of Grafana that takes it away again. There is none here, so the page would look for its files where they are not.',
      });
      const hidden = settingOf(step, 'auth', 'disable_login_form');
      expectThat(!isOn(hidden), {
        expected: `${hidden?.name}: "false", or not set`,
        actual: `${hidden?.name}: "${hidden?.value}"`,
        where: hidden?.where ?? '',
        hint: 'This is for a Grafana that another service logs people in to. Here the form is the only way in.',
      });
    },
  },
  {
    id: 'grafana.storage',
    title: 'What Grafana stores is on a named volume',
    run: (step) =>
      expectNamedVolume(
        step.compose(),
        grafanaIn(step),
        '/var/lib/grafana',
        'A container is thrown away with all it wrote. A named volume stays: here users, stars and dashboards in the making.',
      ),
  },
  {
    id: 'grafana.shared',
    title: 'Grafana takes over what all services share',
    run: (step) => expectShared(grafanaIn(step)),
  },
  {
    id: 'grafana.tmp',
    title: 'Grafana may write to /tmp',
    needs: ['grafana.shared'],
    run(step) {
      const { get, mounts, where } = grafanaIn(step);
      const folders = [
        ...[get('tmpfs') ?? []].flat().map((it) => String(it).split(':')[0]),
        ...mounts.filter(({ readOnly }) => !readOnly).map(({ target }) => target),
      ];
      expectThat(folders.includes('/tmp'), {
        expected: 'tmpfs: [/tmp]',
        actual: `it may write to ${folders.join(', ') || 'nothing'}`,
        where: where('tmpfs'),
        hint: 'With read_only a container can write only where something is mounted. A tmpfs is a folder in memory, which is gone with the container.',
      });
    },
  },
  {
    id: 'grafana.healthcheck',
    title: 'Docker is told how to ask whether Grafana works',
    run(step) {
      const { test, where } = grafanaIn(step).healthcheck;
      expectHealthcheck(
        grafanaIn(step),
        'Grafana needs some seconds to start. Without a healthcheck it counts as fine from the first moment.',
      );
      const [address, port = '80', path = ''] =
        `${test}`.match(
          /(?:https?:\/\/[^\s/:"',]+|\b(?:localhost|127\.0\.0\.1)(?=[:/]))(?::(\d+))?([^\s"'`,;|&<>)]*)/,
        ) ?? [];
      const expected = 'http://127.0.0.1:3000/api/health';
      expectThat(!address || port === '3000', {
        expected,
        actual: `port ${port}, where nothing listens`,
        where,
        hint: 'The healthcheck runs inside the container, so it asks the port of the container, wherever that is published.',
      });
      expectThat(!address || /\/(api\/health|healthz)$/.test(path), {
        expected,
        actual: address ?? '',
        where,
        hint: 'Each server has a page of its own that says whether it works: Grafana /api/health, Prometheus /-/ready.',
      });
    },
  },
  {
    id: 'grafana.waits',
    title: 'Grafana waits until its password is written',
    run: (step) => expectSecretsFirst(step.compose(), 'grafana', 'the password file'),
  },
]);
