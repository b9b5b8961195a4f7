import {
  asList,
  describeValue,
  expectThat,
  fail,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { ADDRESSES, discovered } from './discovered.ts';
import { expectForgotten } from './forgotten.ts';
import { describeDiscovery, webJob } from './scrape-jobs.ts';

/** The port that the app listens on in its container. */
const APP_PORT = 8080;

/** How the instances of the app are found, and what they are called. */
export const instances: Check[] = defineTopic({ kind: 'static', task: 1 }, [
  {
    id: 'web.discovered',
    title: 'The job web finds the instances by the name of their service',
    needs: ['prometheus.settings'],
    run: expectDiscovery,
  },
  {
    id: 'web.refreshed',
    title: 'An instance that was taken away is forgotten before InstanceDown fires',
    needs: ['web.discovered', 'rules.file'],
    run: (step) => expectForgotten(step, webJob(step), 'InstanceDown'),
  },
  {
    id: 'prometheus.loads',
    title: 'Prometheus can load its settings',
    kind: 'tool',
    needs: ['web.discovered'],
    concurrent: true,
    run: async (step) => void (await discovered(step)),
  },
  {
    id: 'web.named',
    title: 'Each instance has a name of its own, that says what it is',
    kind: 'tool',
    needs: ['prometheus.loads'],
    async run(step) {
      const { web = [] } = await discovered(step);
      const names = web.map(({ instance = '' }) => instance);
      expectNames(step, names);
    },
  },
]);

function expectDiscovery(step: StepUnderTest): void {
  const job = webJob(step);
  if (!job)
    fail({
      expected: 'a job with job_name: web',
      actual: 'no such job',
      where: readSettings(step, 'prometheus').file.where(['scrape_configs']),
      hint: 'The rules and the dashboards of the steps before ask for job="web".',
    });
  const own = step.compose().service('app').hostNames;
  const names = asList(job.get('dns_sd_configs', 0, 'names')).map(String);
  const isOwn = names.some((name) => own.includes(name.replace(/^tasks\./, '')));
  expectThat(isOwn && job.get('static_configs') === undefined, {
    expected: `only dns_sd_configs, with names: [${own[0]}]`,
    actual: describeDiscovery(job),
    where: job.where(names.length > 0 && !isOwn ? 'dns_sd_configs' : 'static_configs'),
    hint: 'A target that stands in the file is one target, whichever instance answers it. DNS knows them all by the name of their service, and the name alone, without a port.',
  });
  const type = job.get('dns_sd_configs', 0, 'type');
  expectThat(type === 'A', {
    expected: 'type: A',
    actual: type === undefined ? 'no type, which means SRV' : `type: ${describeValue(type)}`,
    where: job.where('dns_sd_configs', 0, 'type'),
    hint: 'A records are addresses. SRV records hold ports too, and Docker has none, so Prometheus would find no target, and complain only in its log.',
  });
  const port = job.get('dns_sd_configs', 0, 'port');
  expectThat(Number(port) === APP_PORT, {
    expected: `port: ${APP_PORT}, on which the app listens in its container`,
    actual: port === undefined ? 'no port' : `port: ${describeValue(port)}`,
    where: job.where('dns_sd_configs', 0, 'port'),
    hint: 'Prometheus asks from container to container. What is published on this machine is for you, and each instance has another port there.',
  });
}

function expectNames(step: StepUnderTest, names: string[]): void {
  const job = webJob(step);
  const where = job?.where('relabel_configs') ?? '';
  const different = new Set(names).size;
  expectThat(different === ADDRESSES.length, {
    expected: `${ADDRESSES.length} targets with different instance labels, when DNS answers ${ADDRESSES.join(', ')}`,
    actual:
      names.length < ADDRESSES.length
        ? `${names.length} targets`
        : `${names.length} targets, called ${[...new Set(names)].join(', ')}`,
    where,
    hint: 'Two targets with the same labels are one series, in which two counters take turns, and Prometheus sees a reset at every scrape. Keep in the name what tells them apart.',
  });
  const isSaid = names.every((name) => /app|web/.test(name));
  expectThat(isSaid, {
    expected: 'the name of the service in the label instance, as in app@172.30.0.3',
    actual: names.join(', '),
    where,
    hint: 'An address says nothing to whoever is woken. __meta_dns_name holds the name that DNS was asked for; meta labels are gone after relabelling, so put it in instance.',
  });
}
