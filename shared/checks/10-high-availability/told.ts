import {
  asList,
  expectThat,
  fail,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { entryAt, writtenTargets } from '../09-discovery/scrape-jobs.ts';
import { differingLabels, PAIRS, PORTS, SECOND, servicesCalled, twins } from './pairs.ts';
import { relabelled, type Sent, type Way, whereRelabelled } from './relabelled.ts';

/** Every alert of both Prometheus is one alert at both Alertmanagers. */
export const alerting: Check[] = defineTopic({ kind: 'static', task: 2 }, [
  {
    id: 'alerting.both',
    title: 'Prometheus tells both Alertmanagers, each by its own name',
    needs: ['prometheus.settings'],
    run: expectBoth,
  },
  {
    id: 'alerting.same',
    title: 'The same alert of both Prometheus is one alert for Alertmanager',
    kind: 'tool',
    needs: ['alerting.both', 'replicas.load'],
    run: async (step) => {
      expectAlike(step, 'alerting', await relabelled(step));
    },
  },
]);

function expectBoth(step: StepUnderTest): void {
  const { file } = readSettings(step, 'prometheus');
  const entries = asList(file.get(['alerting', 'alertmanagers']));
  const written = entries.flatMap((_, entry) =>
    writtenTargets(entryAt(file, ['alerting', 'alertmanagers', entry])),
  );
  // DNS gives all addresses of a name, so a name that both have is as good as two.
  const asked = entries.flatMap((_, entry) =>
    asList(file.get(['alerting', 'alertmanagers', entry, 'dns_sd_configs'])).flatMap((one) =>
      asList(Object(one).names).flatMap((name) => servicesCalled(step, String(name))),
    ),
  );
  const ofTargets = written.map((it) => ({
    ...it,
    services: servicesCalled(step, it.target.replace(/:\d+$/, '')),
  }));
  const other = ofTargets.find(({ services }) => services.length !== 1 || !isOneOfTwo(services[0]));
  expectThat(!other, {
    expected: `only ${namesAndPorts}`,
    actual: `${other?.target}${other && other.services.length > 1 ? `, which is ${other.services.join(' or ')}, as it happens` : ''}`,
    where: other?.where ?? '',
    hint: /^(localhost|127\.)/.test(`${other?.target}`)
      ? 'In the container of Prometheus, localhost is this container. It reaches another one by the name of its service, and the port in that container.'
      : 'A name, or a load balancer, behind which there are two gives each alert to one of them. The other one knows nothing of it, and cannot tell it when the first falls over. Prometheus itself tells every Alertmanager that it knows.',
  });
  const astray = ofTargets.find(({ target }) => !target.endsWith(`:${PORTS.alertmanager}`));
  expectThat(!astray, {
    expected: `${astray?.services[0]}:${PORTS.alertmanager}`,
    actual: `${astray?.target}`,
    where: astray?.where ?? '',
    hint: `Prometheus reaches it in its container, and there the port is ${PORTS.alertmanager} in both. ${SECOND.alertmanager} is the port of the second one on your machine.`,
  });
  const told = [...asked, ...ofTargets.flatMap(({ services }) => services)];
  const missing = PAIRS.alertmanager.filter((name) => !told.includes(name));
  expectThat(missing.length === 0, {
    expected: `${namesAndPorts}, below alerting: alertmanagers:`,
    actual: told.length ? `only ${[...new Set(told)].join(', ')}` : 'none of them',
    where: written.at(-1)?.where ?? file.where(['alerting', 'alertmanagers']),
    hint: 'Alertmanagers tell each other what they have sent, and not what they were told. So each Prometheus must tell every alert to each of them.',
  });
}

const namesAndPorts = PAIRS.alertmanager.map((name) => `${name}:${PORTS.alertmanager}`).join(', ');
const isOneOfTwo = (name = ''): boolean => (PAIRS.alertmanager as readonly string[]).includes(name);

const WHAT: Record<Way, { thing: string; hint: string; lost: string }> = {
  alerting: {
    thing: 'alert',
    hint: 'To Alertmanager an alert is its labels. Two that differ in one are two alerts, and two messages. alert_relabel_configs change what is told, after the external labels were added.',
    lost: 'alert_relabel_configs end an alert with drop and keep, and what labeldrop takes away no route can ask for.',
  },
  remote_write: {
    thing: 'series',
    hint: 'VictoriaMetrics removes duplicates within one series, and a series is all of its labels. With one that differs, everything is stored and drawn twice. write_relabel_configs change what is sent, after the external labels were added.',
    lost: 'What write_relabel_configs drop is never stored, and what labeldrop takes away nobody can ask for.',
  },
};

/** What both send is complete, and the same. @throws CheckFailure */
export function expectAlike(step: StepUnderTest, way: Way, sent: Sent[]): void {
  const { thing, hint, lost } = WHAT[way];
  const labels = differingLabels(step);
  for (const one of sent.filter((it) => it.way === way)) {
    const name = Object.values(one.labels)[0];
    for (const [index, twin] of twins(step, 'prometheus').entries()) {
      const left = index ? one.second : one.first;
      const gone = Object.keys(one.labels).find((key) => left?.[key] !== one.labels[key]);
      if (!gone) continue;
      fail({
        expected: `${name} from ${twin.service.name}, with ${Object.keys(one.labels)
          .filter((key) => key !== '__name__')
          .join(', ')}`,
        actual: left ? `${gone} is ${left[gone] ?? 'gone'}` : 'it is dropped',
        where: whereRelabelled(twin, way),
        hint: lost,
      });
    }
    const differs = [...labels, ...Object.keys({ ...one.first, ...one.second })].find(
      (key) => one.first?.[key] !== one.second?.[key],
    );
    expectThat(!differs, {
      expected: `${name} as one ${thing}, whichever Prometheus it comes from`,
      actual: `${differs} is ${one.first?.[differs ?? ''] ?? 'not there'} from one, and ${one.second?.[differs ?? ''] ?? 'not there'} from the other`,
      where: whereRelabelled(twins(step, 'prometheus')[1], way),
      hint,
    });
  }
}
