import { containerFolder, filesIn } from '../../verify/expect/grafana/index.ts';
import {
  expectHealthcheck,
  expectNamedVolume,
  expectPort,
  expectSecretsFirst,
  expectShared,
} from '../../verify/expect/index.ts';
import { expectThat, hostPath, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { expectPasswordFile } from './password.ts';

const grafanaIn = (step: StepUnderTest) => step.compose().service('grafana');

/** The service grafana in the compose file. */
export const compose = defineTopic({ kind: 'static', task: 1, needs: ['grafana.image'] }, [
  {
    id: 'grafana.image',
    title: 'There is a service grafana, with an exact version of its image',
    needs: ['compose.file'],
    run(step) {
      const grafana = grafanaIn(step);
      const image = String(grafana.get('image') ?? 'no image');
      expectThat(/grafana.*(:v?\d+\.\d+\.\d+|@sha256:)/.test(image), {
        expected: 'image: grafana/grafana:12.4.14, or another exact version',
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
      const { environment, where } = grafanaIn(step);
      for (const name of ['GF_AUTH_ANONYMOUS_ENABLED', 'GF_USERS_ALLOW_SIGN_UP']) {
        expectThat(environment[name] !== 'true', {
          expected: `${name}: "false"`,
          actual: `${name}: "true"`,
          where: where('environment', name),
          hint: 'Who can see dashboards can also ask the data source anything. Let people in by an account.',
        });
      }
    },
  },
  {
    id: 'grafana.port',
    title: "Grafana's port 3000 is open to this machine only",
    run: (step) => expectPort(grafanaIn(step), 3000, 'GRAFANA_PORT'),
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
    run: (step) =>
      expectHealthcheck(
        grafanaIn(step),
        'Grafana needs some seconds to start. Without a healthcheck it counts as fine from the first moment.',
      ),
  },
  {
    id: 'grafana.waits',
    title: 'Grafana waits until its password is written',
    run: (step) => expectSecretsFirst(step.compose(), 'grafana', 'the password file'),
  },
  {
    id: 'grafana.provisioning',
    title: 'The provisioning files are mounted where Grafana reads them',
    run(step) {
      const grafana = grafanaIn(step);
      for (const kind of ['datasources', 'dashboards'] as const) {
        const path = containerFolder(grafana, kind);
        const below = grafana.mounts.find(({ target }) => target.startsWith(`${path}/`));
        const onHost = hostPath(grafana, below?.target ?? path);
        const mount = grafana.mounts.find(({ source }) => onHost && source.includes(onHost));
        expectThat(onHost, {
          expected: `grafana/provisioning/${kind} mounted at ${path}`,
          actual: `mounted are ${grafana.mounts.map(({ target }) => target).join(', ') || 'no folders'}`,
          where: grafana.where('volumes'),
          hint: 'Grafana looks for provisioning files in one folder of its container, and says nothing when that is empty.',
        });
        const usual = onHost === `grafana/provisioning/${kind}` && step.files.exists(onHost);
        expectThat(usual || filesIn(step, onHost, /\.ya?ml$/).length > 0, {
          expected: `YAML files in ${onHost}`,
          actual: step.files.exists(onHost) ? 'none' : 'no such folder',
          where: mount?.where ?? grafana.where('volumes'),
          hint: 'Docker makes an empty folder where the left side of a mount does not exist. Look for a typo.',
        });
      }
    },
  },
  {
    id: 'grafana.read-only',
    title: 'Grafana can only read the files that are mounted into it',
    run(step) {
      const writable = grafanaIn(step).mounts.find(
        ({ source, target, readOnly }) =>
          source.startsWith('.') && target !== '/var/lib/grafana' && !readOnly,
      );
      expectThat(!writable, {
        expected: 'the mount to be read-only',
        actual: `${writable?.source} can be written to`,
        where: writable?.where ?? '',
        hint: 'Grafana only reads these files. What cannot write to them cannot damage them.',
      });
    },
  },
]);
