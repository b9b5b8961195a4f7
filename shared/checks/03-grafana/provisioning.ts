import { parseDuration } from '../../duration.ts';
import {
  expectProvisioningKeys,
  filesIn,
  prometheusSource,
  provisioned,
} from '../../verify/expect/grafana/index.ts';
import {
  expectThat,
  hostPath,
  isRecord,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';

/** In seconds. Prometheus collects once a minute when nobody says how often. */
export const scrapeInterval = (step: StepUnderTest): number =>
  parseDuration(readSettings(step, 'prometheus').file.get(['global', 'scrape_interval']) ?? '1m');

/** The file that describes the data source. */
export const dataSource = defineTopic({ kind: 'static', task: 2, needs: ['datasource.keys'] }, [
  {
    id: 'datasource.file',
    title: 'A provisioning file describes the data source',
    needs: ['compose.file'],
    run: (step) => void provisioned(step, 'datasources'),
  },
  {
    id: 'datasource.keys',
    title: 'Grafana knows every key in the file of the data source',
    needs: ['datasource.file'],
    run: (step) => expectProvisioningKeys(step, 'datasources'),
  },
  {
    id: 'datasource.type',
    title: 'The data source is of the type prometheus',
    run(step) {
      const { value, where } = prometheusSource(step);
      expectThat(value.type === 'prometheus', {
        expected: 'type: prometheus',
        actual: `type: ${value.type ?? 'missing'}`,
        where: where('type'),
        hint: 'The type is the name of the plugin that speaks the server’s language. Each server has its own.',
      });
    },
  },
  {
    id: 'datasource.uid',
    title: 'The data source has the uid prometheus',
    needs: ['datasource.type'],
    run(step) {
      const { value, where } = prometheusSource(step);
      expectThat(value.uid === 'prometheus', {
        expected: 'uid: prometheus',
        actual: `uid: ${value.uid ?? 'missing, so Grafana makes one up'}`,
        where: where('uid'),
        hint: 'Dashboards name their data source by its uid. Only a fixed one is the same on every machine.',
      });
    },
  },
  {
    id: 'datasource.url',
    title: "Grafana's data source points at Prometheus",
    needs: ['datasource.type'],
    run(step) {
      const { value, where } = prometheusSource(step);
      const expected = 'http://prometheus:9090';
      expectThat(String(value.url).replace(/\/$/, '') === expected, {
        expected,
        actual: `${value.url ?? 'no url'}`,
        where: where('url'),
        hint: 'Grafana asks from inside its container. There a service is reached by its service name and its container port; localhost is the container itself.',
      });
      expectThat(value.access !== 'direct', {
        expected: 'access: proxy',
        actual: 'access: direct',
        where: where('access'),
        hint: 'direct lets the browser ask, and a browser does not know the names of the compose network.',
      });
    },
  },
  {
    id: 'datasource.default',
    title: 'Exactly one data source is the default',
    run(step) {
      const sources = provisioned(step, 'datasources');
      const defaults = sources.filter(({ value }) => value.isDefault === true);
      const names = defaults.map(({ value }) => String(value.name)).join(' and ');
      expectThat(defaults.length === 1, {
        expected: 'isDefault: true for one data source',
        actual: names ? `for ${defaults.length}: ${names}` : 'for none',
        where: (defaults[1] ?? sources[0])?.where('isDefault') ?? '',
        hint: 'New panels begin with the default data source, so there must be one, and only one: with two Grafana refuses to start.',
      });
    },
  },
  {
    id: 'datasource.interval',
    title: 'The data source knows how often Prometheus collects',
    run(step) {
      const { value, where } = prometheusSource(step);
      const { timeInterval } = isRecord(value.jsonData) ? value.jsonData : {};
      const interval = scrapeInterval(step);
      expectThat(parseDuration(timeInterval) === interval, {
        expected: `jsonData: with timeInterval: ${interval}s, the scrape interval of Prometheus`,
        actual:
          timeInterval === undefined
            ? 'no timeInterval, so Grafana assumes 15s'
            : `timeInterval: ${timeInterval}`,
        where: where('jsonData', 'timeInterval'),
        hint: 'Grafana fills in four times this interval for $__rate_interval. A rate over fewer than two scrapes has no result; one over many hides short peaks.',
      });
    },
  },
]);

/** The file that says where dashboards come from. */
export const provider = defineTopic({ kind: 'static', task: 3 }, [
  {
    id: 'provider.file',
    title: 'A provisioning file describes where dashboards come from',
    needs: ['compose.file'],
    run(step) {
      for (const { value, where } of provisioned(step, 'dashboards')) {
        const path = isRecord(value.options) ? value.options.path : undefined;
        expectThat(value.type === undefined || value.type === 'file', {
          expected: 'type: file',
          actual: `type: ${value.type}`,
          where: where('type'),
          hint: 'Grafana can make dashboards from files only.',
        });
        expectThat(typeof path === 'string' && path, {
          expected: 'options: with a path: in it',
          actual: value.path ? 'path: beside options:, not in it' : 'no path',
          where: where(value.path ? 'path' : 'options'),
          hint: 'The path is one of the options, so it stands below options: and two spaces further right.',
        });
      }
    },
  },
  {
    id: 'provider.keys',
    title: 'Grafana knows every key in the file of the provider',
    needs: ['provider.file'],
    run: (step) => expectProvisioningKeys(step, 'dashboards'),
  },
  {
    id: 'provider.path',
    title: 'The dashboards are mounted at the path that the provider reads',
    needs: ['grafana.image', 'provider.keys'],
    run(step) {
      const grafana = step.compose().service('grafana');
      for (const { value, where } of provisioned(step, 'dashboards')) {
        const path = String((value.options as { path: string }).path);
        const onHost = hostPath(grafana, path);
        expectThat(onHost && filesIn(step, onHost, /\.json$/).length > 0, {
          expected: 'a path at which docker-compose.yaml mounts dashboards',
          actual: onHost ? `${path}, which is ${onHost}: no JSON files` : `${path}: not mounted`,
          where: where('options', 'path'),
          hint: 'The path is one in the container: the right side of a mount. Both files must say the same.',
        });
      }
    },
  },
]);
