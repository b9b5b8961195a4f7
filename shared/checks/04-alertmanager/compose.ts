import {
  expectHealthcheck,
  expectNamedVolume,
  expectPort,
  expectSecretsFirst,
  expectShared,
} from '../../verify/expect/index.ts';
import {
  expectFlags,
  expectThat,
  findSettings,
  flagPlace,
  flagValue,
  type Mount,
  pathPrefix,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { describe } from './settings.ts';

export const isOfSecrets = ({ source }: Mount): boolean => /^(\.\/)+secrets\b/.test(source);

/** Not those of another service. */
const isOfOwnSecrets = ({ source }: Mount): boolean =>
  /^(\.\/)+secrets(\/alertmanager\b|\/?$)/.test(source);

const alertmanagerIn = (step: StepUnderTest) => step.compose().service('alertmanager');

/** The service alertmanager in the compose file. */
export const compose = defineTopic({ kind: 'static', task: 4, needs: ['alertmanager.service'] }, [
  {
    id: 'alertmanager.service',
    title: 'The compose file has a service alertmanager with a pinned image',
    needs: ['compose.parses'],
    run(step) {
      const { get, image, isPinned, where } = alertmanagerIn(step);
      expectThat(!image || get('build') || /(^|\/)alertmanager([:@]|$)/.test(image), {
        expected: 'image: prom/alertmanager:v0.33.1, or another exact version',
        actual: describe(get('image'), 'image'),
        where: where('image'),
        hint: 'The name before the colon says which program it is. A service that is copied from another one still starts that one.',
      });
      expectThat(isPinned || get('build'), {
        expected: 'image: prom/alertmanager with an exact version as its tag',
        actual: describe(get('image'), 'image'),
        where: where('image'),
        hint: 'Without an exact version everybody gets what was newest on the day of the download.',
      });
    },
  },
  {
    id: 'alertmanager.settings',
    title: "Alertmanager's settings are mounted where it reads them",
    run(step) {
      expectFlags(alertmanagerIn(step));
      findSettings(step, 'alertmanager');
    },
  },
  {
    id: 'alertmanager.mounts',
    title: 'Alertmanager sees the secret, and cannot change your files',
    needs: ['alertmanager.settings'],
    run(step) {
      const { mounts, where } = alertmanagerIn(step);
      const foreign = mounts.find(isOfSecrets);
      expectThat(mounts.some(isOfOwnSecrets), {
        expected: 'a mount of ./secrets/alertmanager',
        actual: foreign
          ? `a mount of ${foreign.source}`
          : `mounts of ${mounts.map(({ source }) => source).join(', ')}`,
        where: foreign?.where ?? where('volumes'),
        hint: 'The folder secrets/alertmanager has the file slack_webhook_url. volumes: says where the container sees that folder.',
      });
      const writable = mounts.find(({ source, readOnly }) => source.startsWith('.') && !readOnly);
      expectThat(!writable, {
        expected: `${writable?.source}:${writable?.target}:ro`,
        actual: 'a mount that can be written',
        where: writable?.where ?? '',
        hint: 'Alertmanager only reads its settings and the secret. The third part of a mount, ro, means read-only.',
      });
    },
  },
  {
    id: 'alertmanager.data',
    title: 'What Alertmanager remembers is on a named volume',
    run(step) {
      const service = alertmanagerIn(step);
      expectNamedVolume(
        step.compose(),
        service,
        flagValue(service, 'storage.path') ?? '/alertmanager',
        'It remembers silences, and what it has sent. Without a volume a new container forgets them, and sends again what you have read.',
      );
    },
  },
  {
    id: 'alertmanager.port',
    title: "Alertmanager's port 9093 is published, on this machine only",
    run: (step) => expectPort(alertmanagerIn(step), 9093, 'ALERTMANAGER_PORT:-9093'),
  },
  {
    id: 'alertmanager.healthcheck',
    title: 'Docker is told how to ask whether Alertmanager works',
    run(step) {
      const service = alertmanagerIn(step);
      expectHealthcheck(
        service,
        'Without a healthcheck Alertmanager counts as fine from the first moment, also with settings that it cannot read.',
      );
      const asked = String(service.healthcheck.test).match(/http:[^\s"']*/)?.[0];
      const moved = flagValue(service, 'web.listen-address');
      expectThat(!asked || moved || /:9093\b/.test(asked), {
        expected: 'a test that asks port 9093',
        actual: `${asked}`,
        where: service.healthcheck.where,
        hint: 'The test runs inside the container of Alertmanager. There is nobody at the ports of the other servers.',
      });
    },
  },
  {
    id: 'alertmanager.paths',
    title: 'Prometheus and Alertmanager serve at the root of their addresses',
    run(step) {
      for (const name of ['prometheus', 'alertmanager']) {
        const service = step.compose().service(name);
        const { path, flag } = pathPrefix(service);
        expectThat(path === '', {
          expected: `${name} at http://${name}:${name === 'alertmanager' ? 9093 : 9090}/, without a path`,
          actual: `everything below ${path}`,
          where: flagPlace(service, flag),
          hint: 'A path in --web.external-url moves every page there, also the API and /-/ready. --web.route-prefix=/ keeps them where they are.',
        });
      }
    },
  },
  {
    id: 'alertmanager.waits',
    title: 'Alertmanager waits until the webhook address is written',
    run: (step) => expectSecretsFirst(step.compose(), 'alertmanager', 'the webhook address'),
  },
  {
    id: 'alertmanager.shared',
    title: 'Alertmanager has what all services share',
    run: (step) => expectShared(alertmanagerIn(step)),
  },
]);
