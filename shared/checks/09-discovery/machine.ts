import { expectShared } from '../../verify/expect/index.ts';
import {
  asList,
  expectThat,
  flagPlace,
  flagValue,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { scrapeJobs, writtenTargets } from './scrape-jobs.ts';

/** What measures the machine, and what keeps the outcome of jobs. */
export const machine: Check[] = defineTopic({ kind: 'static' }, [
  {
    id: 'services.hardened',
    title: 'What is new has no more rights than the other services',
    needs: ['compose.parses'],
    run(step) {
      for (const name of ['blackbox', 'pushgateway', 'node-exporter']) {
        const service = step.compose().service(name);
        expectShared(service);
        const shared = ['network_mode', 'pid'].find((key) => service.get(key) === 'host');
        expectThat(!shared, {
          expected: 'a network and processes of its own',
          actual: `${shared}: host`,
          where: service.where(shared ?? ''),
          hint: 'In the network of the machine no other container reaches it by its name, and with pid: host it sees every process there. Delete the line.',
        });
      }
    },
  },
  {
    id: 'machine.seen',
    title: 'Node exporter sees the file systems of the machine, and can change nothing',
    task: 3,
    needs: ['services.hardened'],
    run: expectMachine,
  },
  {
    id: 'pushgateway.labels',
    title: 'What was pushed keeps its own labels',
    task: 5,
    needs: ['services.hardened', 'prometheus.settings'],
    run: expectLabels,
  },
]);

function expectMachine(step: StepUnderTest): void {
  const service = step.compose().service('node-exporter');
  const mount = service.mounts.find(({ source }) => source === '/');
  expectThat(mount, {
    expected: 'the root of the machine, mounted read-only: /:/host:ro',
    actual:
      service.mounts.map(({ source, target }) => `${source}:${target}`).join(', ') || 'no volumes',
    where: service.where('volumes'),
    hint: 'A container has file systems of its own. Without a mount the exporter measures those, and none of them is ever full.',
  });
  expectThat(mount.readOnly, {
    expected: `/:${mount.target}:ro`,
    actual: 'it can be written to',
    where: mount.where,
    hint: 'Who can write to the root of the machine is its master. To measure, reading is enough.',
  });
  const root = flagValue(service, 'path.rootfs');
  expectThat(root?.replace(/(.)\/$/, '$1') === mount.target, {
    expected: `--path.rootfs=${mount.target}, where the machine is mounted`,
    actual: root === undefined ? 'no --path.rootfs' : `--path.rootfs=${root}`,
    where: root === undefined ? service.where('command') : flagPlace(service, 'path.rootfs'),
    hint: 'The exporter looks at / unless it is told where the machine is. Then it measures what Docker has mounted into its container.',
  });
}

function expectLabels(step: StepUnderTest): void {
  const names = step.compose().service('pushgateway').hostNames;
  const isGateway = (target: string) => names.includes(target.split(':')[0] ?? '');
  const jobs = scrapeJobs(step);
  const job = jobs.find(
    (it) =>
      writtenTargets(it).some(({ target }) => isGateway(target)) ||
      asList(it.get('dns_sd_configs', 0, 'names')).some((name) => isGateway(String(name))),
  );
  expectThat(job, {
    expected: 'a job with the target pushgateway:9091',
    actual: `jobs: ${jobs.map(({ name }) => name).join(', ')}`,
    where:
      jobs.find(({ name }) => /push/.test(name))?.where('static_configs') ??
      readSettings(step, 'prometheus').file.where(['scrape_configs']),
    hint: 'The Pushgateway only keeps what it gets. Prometheus scrapes it, like everything else.',
  });
  expectThat(job.isTrue('honor_labels'), {
    expected: 'honor_labels: true',
    actual: `honor_labels: ${job.source('honor_labels') ?? job.get('honor_labels') ?? 'not there, which means false'}`,
    where: job.where('honor_labels'),
    hint: 'Prometheus gives every sample the labels of its target. Where the sample has one of the same name, as job here, that becomes exported_job, unless the job honors it.',
  });
}
