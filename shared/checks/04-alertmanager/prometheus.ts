import {
  expectList,
  expectThat,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { listOf } from './settings.ts';

const ALERTMANAGERS = ['alerting', 'alertmanagers'];

/** Prometheus's settings name Alertmanager. */
export const alerting = defineTopic({ kind: 'static', task: 5, needs: ['prometheus.settings'] }, [
  {
    id: 'prometheus.alerting',
    title: 'Prometheus is told where Alertmanager is',
    run(step) {
      const { file } = readSettings(step, 'prometheus');
      const entries = listOf(file.get(ALERTMANAGERS));
      const index = Math.max(
        0,
        entries.findIndex((it) => it?.static_configs),
      );
      const inner = [...ALERTMANAGERS, index, 'static_configs'];
      for (const place of [ALERTMANAGERS, inner, [...inner, 0, 'targets']]) expectList(file, place);
      const targets = entries
        .flatMap((it) => listOf(it?.static_configs))
        .flatMap((it) => listOf(it?.targets));
      const keys = entries.flatMap((it) => Object.keys(it ?? {}));
      const isDiscovered = keys.some((key) => key.endsWith('_sd_configs'));
      expectThat(isDiscovered || targets.includes('alertmanager:9093'), {
        expected: 'alertmanager:9093 below alerting: alertmanagers: static_configs: targets:',
        actual: targets.length ? targets.join(', ') : 'no target',
        where: file.where([...inner, 0, 'targets', 0]),
        hint: 'Prometheus decides that an alert fires, Alertmanager who is told. It is reached by the name of its service and the port inside its container.',
      });
    },
  },
]);

/** Prometheus has found Alertmanager, by whatever way. */
export const found = defineTopic({ kind: 'live', task: 5 }, [
  {
    id: 'prometheus.alertmanager-found',
    title: 'Prometheus has found Alertmanager',
    asks: ['prometheus', 'alertmanager'],
    async run(step) {
      const { waitFor } = await import('../../stack/index.ts');
      const urls = await waitFor({
        what: 'Prometheus to find Alertmanager',
        withinSeconds: 5,
        look: () => findAlertmanagers(step),
        until: (it) => it.length > 0,
      }).catch(() => findAlertmanagers(step));
      const isRight = urls.some((url) => /:9093\/api\/v2\/alerts$/.test(url));
      expectThat(isRight, {
        expected: 'an Alertmanager at port 9093, with the path /api/v2/alerts',
        actual: urls.join(', ').replaceAll(/\d+\.\d+\.\d+\.\d+/g, '(address)') || 'none',
        where: readSettings(step, 'prometheus').file.where(ALERTMANAGERS),
        hint: 'Status > Service discovery in Prometheus lists what it has found. A service discovered through DNS needs type: A and a port.',
      });
    },
  },
]);

/** The addresses at which Prometheus delivers alerts. */
async function findAlertmanagers({ stack }: StepUnderTest): Promise<string[]> {
  const response = await fetch(`${await stack.url('prometheus')}/api/v1/alertmanagers`);
  const { data } = (await response.json()) as { data: { activeAlertmanagers: { url: string }[] } };
  return data.activeAlertmanagers.map(({ url }) => url);
}
