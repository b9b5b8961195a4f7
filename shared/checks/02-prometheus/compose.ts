// The service prometheus in the compose file.
import { expectHealthcheck, expectPort, expectShared } from '../../verify/expect/index.ts';
import {
  type ComposeService,
  expectFlags,
  expectThat,
  expectWritable,
  fail,
  flagPlace,
  flagValue,
  hostPath,
  mountAt,
  pathPrefix,
  refuseFolder,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { configInContainer, configPath, prometheus } from './read-config.ts';

export const compose = defineTopic({ kind: 'static', task: 1, needs: ['compose.prometheus'] }, [
  {
    id: 'compose.prometheus',
    title: 'The compose file has a service prometheus, from an exact version',
    needs: [],
    run(step) {
      const service = prometheus(step);
      const { image, isPinned } = service;
      if (/(^|\/)prometheus[:@]/.test(image) && isPinned) return;
      fail({
        expected: 'image: prom/prometheus with an exact version, such as v3.5.3',
        actual: image ? `image: ${image}` : 'no image',
        where: service.where('image'),
        hint: 'A tag such as latest means another program every few weeks. An exact version is the same for everybody, every day.',
      });
    },
  },
  {
    id: 'compose.config',
    title: 'Prometheus reads your configuration file',
    run(step) {
      const service = prometheus(step);
      expectFlags(service);
      const path = configInContainer(service);
      const mount = mountAt(service, path);
      const file = hostPath(service, path);
      refuseFolder(step, service, path);
      if (file === configPath(step)) return;
      const mounts = service.mounts.map(({ source, target }) => `${source} at ${target}`);
      fail({
        expected: `a mount from this folder that puts your file at ${path}`,
        actual: file ? `there is no ${file} here` : `mounts: ${mounts.join(', ') || 'none'}`,
        where: mount?.where ?? service.where('volumes'),
        hint: 'A mount is "./HERE:/THERE:ro". --config.file names a path in the container: mount your folder where that path has its folder. A source without ./ is a named volume.',
      });
    },
  },
  {
    id: 'compose.config-read-only',
    title: 'Prometheus cannot change your configuration file',
    needs: ['compose.config'],
    run(step) {
      const mount = mountAt(prometheus(step), configInContainer(prometheus(step)));
      expectThat(mount?.readOnly, {
        expected: `${mount?.source}:${mount?.target}:ro`,
        actual: 'a mount that can be written',
        where: mount?.where ?? '',
        hint: 'A service gets only the rights it needs; the third part of a mount, ro, means read-only.',
      });
    },
  },
  {
    id: 'compose.data',
    title: "Prometheus's data lies on a named volume",
    run(step) {
      const { path, mount } = dataMount(step);
      expectWritable(prometheus(step), mount);
      expectThat(mount && /^\w/.test(mount.source), {
        expected: `a named volume mounted at ${path}, where --storage.tsdb.path points`,
        actual: mount ? `${mount.source} mounted there` : 'nothing mounted there',
        where: mount?.where ?? prometheus(step).where('volumes'),
        hint: 'What is written inside a container is lost when the container is replaced. A named volume, a source that is only a name, is mounted where the data is written.',
      });
    },
  },
  {
    id: 'compose.volume-declared',
    title: 'The named volume is declared',
    task: 2,
    needs: ['compose.data'],
    run(step) {
      const { volumes, file } = step.compose();
      const { mount } = dataMount(step);
      const name = mount?.source ?? '';
      if (volumes.includes(name)) return;
      const declared = file.get(['volumes']);
      const kind = Array.isArray(declared) ? 'list' : typeof declared === 'string' && 'text';
      const form = kind && `a ${kind} below volumes:`;
      fail({
        expected: form
          ? `${name}: without a dash, and with a colon at its end`
          : `${name}: below volumes:, at the left edge of the file`,
        actual: form || `declared volumes: ${volumes.join(', ') || 'none'}`,
        where: form ? file.where(['volumes']) : (mount?.where ?? file.path),
        hint: 'Inside a service volumes: mounts, as a list. At the left edge it declares: there each name is a key, and nothing needs to stand behind its colon.',
      });
    },
  },
  {
    id: 'compose.port',
    title: "Prometheus's port 9090 is published, on this machine only",
    run: (step) => expectPort(prometheus(step), 9090, 'PROMETHEUS_PORT:-9090'),
  },
  {
    id: 'compose.healthcheck',
    title: 'Docker is told how to ask whether Prometheus works',
    run(step) {
      const service = prometheus(step);
      expectHealthcheck(
        service,
        'Without a healthcheck a container counts as fine as soon as it has started, even while Prometheus still reads its data.',
      );
      const test = [service.healthcheck.test].flat().join(' ');
      expectThat(!/\bcurl\b/.test(test), {
        expected: 'a test made of programs that are in the image, such as wget',
        actual: 'curl',
        where: service.healthcheck.where,
        hint: 'A healthcheck runs inside the container, and the image of Prometheus has no curl.',
      });
      expectThat(!/\$\{?PROMETHEUS_PORT/.test(test), {
        expected: 'the question http://127.0.0.1:9090/-/ready',
        actual: test,
        where: service.healthcheck.where,
        hint: 'The test runs inside the container, where the port is 9090, whichever one your machine gives it.',
      });
      const [healthy] = test.match(/\S*\/-\/healthy\b|\bpromtool\b.*\bcheck healthy\b/) ?? [];
      expectThat(!healthy || /\/-\/ready\b|\bcheck ready\b/.test(test), {
        expected: 'the question http://127.0.0.1:9090/-/ready',
        actual: healthy ?? '',
        where: service.healthcheck.where,
        hint: 'Healthy means that the process runs, also while it still reads its data. Ready means that it answers queries.',
      });
      expectNoPrefix(service);
    },
  },
  {
    id: 'compose.shared',
    title: 'Prometheus has what all services share',
    run: (step) => expectShared(prometheus(step)),
  },
]);

/** @throws CheckFailure when every page of Prometheus is below a path, also the one that the healthcheck asks for */
function expectNoPrefix(service: ComposeService): void {
  const { path, flag } = pathPrefix(service);
  expectThat(path === '', {
    expected: 'http://localhost:9090/-/ready, and no path before it',
    actual: `--${flag} moves it to ${path}/-/ready`,
    where: flagPlace(service, flag),
    hint: 'The path of the external URL comes before every page: the healthcheck, the metrics, the queries. --web.route-prefix=/ keeps them where they are when a proxy takes the path away.',
  });
}

/** What is mounted where Prometheus keeps its data, and that path in the container. */
function dataMount(step: StepUnderTest) {
  const service = prometheus(step);
  // Prometheus's own default lies below its working directory. The image's command, which `command:` replaces, says otherwise.
  const standard = service.command.length > 0 ? '/prometheus/data' : '/prometheus';
  const path = flagValue(service, 'storage.tsdb.path') ?? standard;
  return { path, mount: mountAt(service, path) };
}
