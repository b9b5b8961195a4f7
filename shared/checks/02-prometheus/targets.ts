// The jobs of prometheus.yaml and their targets.
import { expectTogether } from '../../verify/expect/index.ts';
import { expectList, expectThat, fail } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { findJob, type Job, readConfig, readJobs } from './read-config.ts';

export const targets = defineTopic({ kind: 'static', task: 4 }, [
  {
    id: 'prometheus.jobs',
    title: 'There are the jobs prometheus and web',
    needs: ['prometheus.file'],
    run(step) {
      const file = readConfig(step);
      const jobs = readJobs(file);
      const names = jobs.map(({ name }) => name);
      const twice = jobs.find(({ name }, index) => names.indexOf(name) < index);
      expectThat(!twice, {
        expected: 'a name of its own for each job',
        actual: twice?.name ? `two jobs with job_name: ${twice.name}` : 'two jobs without job_name',
        where: twice ? file.where(['scrape_configs', twice.index, 'job_name']) : '',
        hint: 'Prometheus does not start with two jobs of one name. Several targets of one kind are one job: its targets is a list.',
      });
      expectThat(names.includes('prometheus') && names.includes('web'), {
        expected: 'the jobs prometheus and web',
        actual: `jobs: ${names.join(', ') || 'none'}`,
        where: file.where(['scrape_configs']),
        hint: "A job's name becomes the label job of all its series, so queries and dashboards depend on it.",
      });
    },
  },
  {
    id: 'prometheus.targets',
    title: 'Each target names a service and its port in the container',
    needs: ['compose.prometheus', 'prometheus.jobs'],
    run(step) {
      const file = readConfig(step);
      const compose = step.compose();
      const at = (service: string, port: number) =>
        compose.service(service).hostNames.map((host) => `${host}:${port}`);
      expectTogether(compose, 'prometheus', 'app');
      const itself = [...at('prometheus', 9090), 'localhost:9090', '127.0.0.1:9090'];
      for (const [name, right] of Object.entries({ prometheus: itself, web: at('app', 8080) })) {
        const job = findJob(file, name) as Job;
        if (job.discovers) continue;
        const configs = ['scrape_configs', job.index, 'static_configs'];
        for (const place of [configs, [...configs, 0, 'targets']]) expectList(file, place);
        const wrong = job.targets.find(({ address }) => !right.includes(address));
        if (job.targets.length > 0 && !wrong) continue;
        const keys = Object.keys(Object(file.get(['scrape_configs', job.index])));
        const similar = keys.find(
          (key) => /^(static_?configs?|targets?)$/i.test(key) && key !== 'static_configs',
        );
        fail({
          expected: `the target ${right[0]}`,
          actual:
            wrong?.address ??
            `no targets below static_configs${similar ? `, but ${similar}:` : ''}`,
          where: wrong?.where ?? file.where(['scrape_configs', job.index, similar ?? '']),
          hint: hintForTarget(wrong?.address, compose.serviceNames),
        });
      }
    },
  },
]);

function hintForTarget(address: string | undefined, services: string[]): string {
  if (address === undefined) return 'targets is a list, below an entry of static_configs.';
  const [host = '', port] = address.split(':');
  if (address.includes('@'))
    return 'A target is only HOST:PORT. Where a login is wanted, it goes below basic_auth: of the job, and its password into a file.';
  if (/[,\s]/.test(address)) return 'Each target is an entry of its own: ["one:1", "two:2"].';
  if (/\//.test(address)) return 'A target is only HOST:PORT; http:// and /metrics are added.';
  if (['localhost', '127.0.0.1', 'host.docker.internal'].includes(host))
    return 'Inside a container localhost is the container itself. Another service is reached by its service name.';
  if (!services.includes(host))
    return 'Inside the compose network a service is reached by its service name, exactly as below services.';
  if (port === undefined) return 'Without a port Prometheus asks port 80. Name the container port.';
  return 'Containers talk to each other on container ports; the host port is only for programs on your machine.';
}
