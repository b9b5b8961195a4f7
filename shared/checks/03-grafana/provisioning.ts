import { parseDuration } from '../../duration.ts';
import {
  expectProvisioningKeys,
  prometheusSource,
  provisioned,
} from '../../verify/expect/grafana/index.ts';
import { expectTogether } from '../../verify/expect/index.ts';
import { expectThat, isRecord, scrapeInterval } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';

/** What Grafana takes for true in a provisioning file, with or without quotes. */
const isTrue = (value: unknown): boolean => /^(1|t|true)$/i.test(String(value));

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
      for (const key of ['uid', 'name']) {
        const [, second] = provisioned(step, 'datasources').filter(
          (one) => one.value[key] !== undefined && one.value[key] === value[key],
        );
        expectThat(!second, {
          expected: `a ${key} that no other data source has`,
          actual: `${key}: ${value[key]}, twice`,
          where: second?.where(key) ?? '',
          hint: 'Grafana keeps data sources apart by name and by uid. Of two with the same name the last one is left, and two with the same uid keep it from starting.',
        });
      }
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
      const { value, written, where } = prometheusSource(step);
      const { hostNames } = step.compose().service('prometheus');
      const url = URL.canParse(`${value.url}`) ? new URL(`${value.url}`) : undefined;
      const isThere =
        url?.protocol === 'http:' && url.port === '9090' && hostNames.includes(url.hostname);
      expectThat(isThere && url.pathname === '/', {
        expected: 'http://prometheus:9090',
        actual:
          written.url === value.url
            ? `${value.url ?? 'no url'}`
            : `${written.url}, which becomes ${value.url}`,
        where: where('url'),
        hint: 'Grafana asks from inside its container. There a service is reached by its service name and its container port; localhost is the container itself.',
      });
      expectThat(value.access !== 'direct', {
        expected: 'access: proxy',
        actual: 'access: direct',
        where: where('access'),
        hint: 'direct lets the browser ask, and a browser does not know the names of the compose network.',
      });
      expectTogether(step.compose(), 'grafana', 'prometheus');
    },
  },
  {
    id: 'datasource.default',
    title: 'Exactly one data source is the default',
    run(step) {
      const sources = provisioned(step, 'datasources');
      const defaults = sources.filter(({ value }) => isTrue(value.isDefault));
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
    needs: ['datasource.uid'],
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
