import {
  asList,
  describeValue,
  expectThat,
  fail,
  flagValue,
  hostPath,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { ADDRESSES, discovered, type Target } from './discovered.ts';
import { expectForgotten } from './forgotten.ts';
import { type Job, probeJob } from './scrape-jobs.ts';

/** How the blackbox exporter is asked, and for what. */
export const probe: Check[] = defineTopic(
  { kind: 'static', task: 2, needs: ['services.hardened', 'prometheus.settings'] },
  [
    {
      id: 'probe.module',
      title: 'A job asks the blackbox exporter for a module that it has',
      run: expectModule,
    },
    {
      id: 'probe.targets',
      title: 'The exporter is scraped, and the page / of every instance is its parameter',
      kind: 'tool',
      needs: ['probe.module', 'web.named', 'probe.rule'],
      run: expectTargets,
    },
  ],
);

function expectModule(step: StepUnderTest): void {
  const job = probeJob(step);
  if (!job)
    fail({
      expected: 'a job with metrics_path: /probe and params: with a module',
      actual: 'no such job',
      where: readSettings(step, 'prometheus').file.where(['scrape_configs']),
      hint: 'The blackbox exporter probes when it is asked for /probe, and what Prometheus scrapes there is how it went.',
    });
  expectThat(job.get('metrics_path') === '/probe', {
    expected: 'metrics_path: /probe',
    actual: `metrics_path: ${describeValue(job.get('metrics_path') ?? '/metrics')}`,
    where: job.where('metrics_path'),
    hint: 'At /metrics the exporter tells about itself. It probes when it is asked for /probe.',
  });
  const service = step.compose().service('blackbox');
  const path = hostPath(service, flagValue(service, 'config.file') ?? '');
  const modules = Object.keys(
    Object(path && step.files.exists(path) ? step.files.yaml(path).get(['modules']) : undefined),
  );
  const written = job.get('params', 'module');
  const [module] = asList(written).map(String);
  expectThat(module !== undefined && modules.includes(module), {
    expected: `module: with a list of one of these: ${modules.join(', ')}`,
    actual: written ? `module: ${describeValue(written)}` : 'no module',
    where: job.where('params', 'module'),
    hint: `Modules are what ${path ?? 'the settings of the exporter'} names. For any other the exporter answers 400, and the target is down, not the page.`,
  });
}

async function expectTargets(step: StepUnderTest): Promise<void> {
  const { web = [], probe: targets = [] } = await discovered(step);
  const job = probeJob(step) as Job;
  const places = asList(job.get('relabel_configs'));
  /** The relabelling that makes a label, else the first. */
  const where = (label: string) => {
    const index = places.findLastIndex((it) => Object(it).target_label === label);
    return index < 0 ? job.where('relabel_configs') : job.where('relabel_configs', index);
  };
  const of = (label: string) => [...new Set(targets.map((target: Target) => target[label] ?? ''))];
  const exporters = step.compose().service('blackbox').hostNames;
  const scraped = of('__address__');
  const isExporter = (text: string) => exporters.some((name) => text.includes(`${name}:`));
  expectThat(scraped.length > 0 && scraped.every(isExporter), {
    expected: `__address__ to become ${exporters[0]}:9115, which Prometheus scrapes`,
    actual: scraped.join(', ') || 'no targets',
    where: where('__address__'),
    hint: 'Prometheus scrapes __address__. That must be the exporter, and what the exporter is to ask goes into the parameter target, __param_target.',
  });
  const pages = of('__param_target');
  expectThat(pages.length > 0 && !pages.some(isExporter), {
    expected: `__param_target to become http://${ADDRESSES[0]}:8080/, the page of an instance`,
    actual: pages.join(', '),
    where: where('__param_target'),
    hint: 'Relabelling goes from top to bottom. Once __address__ is the exporter, the address of the instance is lost, and the exporter probes itself: that always works.',
  });
  const byName = step.compose().service('app').hostNames;
  expectThat(!pages.some((text) => byName.some((name) => text.includes(`${name}:8080`))), {
    expected: `a target for each instance: ${ADDRESSES.join(', ')}`,
    actual: pages.join(', '),
    where: job.where(job.get('static_configs') ? 'static_configs' : 'relabel_configs'),
    hint: 'Behind the name another instance answers each probe, so one whose page fails is seen now and then, and never for long enough. Let DNS find them, as in the job web.',
  });
  const isPage = (text: string) =>
    ADDRESSES.some((host) => new RegExp(`^(http://)?${host}:8080/?$`).test(text));
  expectThat(pages.every(isPage), {
    expected: `http://${ADDRESSES[0]}:8080/, the page that users see`,
    actual: pages.join(', ') || 'no __param_target',
    where: where('__param_target'),
    hint: pages.some((text) => /:8080/.test(text))
      ? '/metrics and /healthz may work while the page does not. Probe what matters: the page itself, by its full address.'
      : 'The parameter target is what the exporter asks for, an address. The label instance is what the target is called. Each has a relabelling of its own.',
  });
  const names = of('instance');
  const known = new Set(web.map(({ instance }) => instance));
  const areSame = names.every((it) => known.has(it));
  expectThat(areSame, {
    expected: `the same instance labels as in the job web: ${[...known].join(', ')}`,
    actual: names.join(', '),
    where: where('instance'),
    hint: names.some(isExporter)
      ? 'Otherwise all probes carry the name of the exporter, and nobody can tell whose page fails, or compare it with `up`.'
      : 'The address is what is asked for, and the label is what it is called: the same as in the job web, so that `probe_success` can be compared with `up`. Make it in the same way, from __meta_dns_name and __address__.',
  });
  expectForgotten(step, job, 'ProbeFailed');
}
