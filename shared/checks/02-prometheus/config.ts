// What stands in prometheus.yaml, jobs aside.
import { parseDuration } from '../../duration.ts';
import {
  asList,
  describeValue,
  expectThat,
  isRecord,
  type YamlFile,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { findJob, INTERVAL, readConfig } from './read-config.ts';

export const config = defineTopic({ kind: 'static', task: 3, needs: ['prometheus.file'] }, [
  {
    id: 'prometheus.file',
    title: "Prometheus's configuration can be read",
    needs: [],
    run: (step) => void readConfig(step),
  },
  {
    id: 'prometheus.intervals',
    title: 'Prometheus collects and evaluates every 5 seconds',
    run(step) {
      const file = readConfig(step);
      const jobs = ['web', 'prometheus'].map((name) => findJob(file, name)?.index ?? -1);
      const scrapes = jobs
        .map((index) => ['scrape_configs', index, 'scrape_interval'])
        .map((own) => (file.get(own) === undefined ? ['global', 'scrape_interval'] : own));
      for (const place of [...scrapes, ['global', 'evaluation_interval']]) {
        const key = place.at(-1);
        const value = file.get(place);
        expectThat(parseDuration(value) === INTERVAL, {
          expected: `${key}: 5s`,
          actual: value === undefined ? `no ${key}, so 1m` : `${key}: ${describeValue(value)}`,
          where: file.where(place),
          hint: 'Both intervals belong to global. A duration is a number with its unit: ms, s, m or h.',
        });
      }
      expectTimeouts(file);
    },
  },
  {
    id: 'prometheus.external-label',
    title: 'The configuration has the external label monitor: workshop',
    run(step) {
      const file = readConfig(step);
      const place = ['global', 'external_labels'];
      const labels = file.get(place);
      expectThat(file.get([...place, 'monitor']) === 'workshop', {
        expected: 'monitor: workshop below external_labels, below global',
        actual: `external_labels: ${JSON.stringify(labels) ?? 'none'}`,
        where: file.where([...place, 'monitor']),
        hint:
          labels === undefined || isRecord(labels)
            ? 'An external label tells other systems which Prometheus an alert or a sample comes from.'
            : 'external_labels is a mapping, not a list: monitor: workshop stands in the line below, two spaces further in, without a dash.',
      });
    },
  },
]);

/** Prometheus does not start where a scrape may take longer than its interval. @throws CheckFailure */
function expectTimeouts(file: YamlFile): void {
  const common = file.get(['global', 'scrape_interval']);
  const jobs = asList(file.get(['scrape_configs'])).map((_, index) => ['scrape_configs', index]);
  for (const scope of [['global'], ...jobs]) {
    const timeout = file.get([...scope, 'scrape_timeout']);
    const interval = file.get([...scope, 'scrape_interval']) ?? common;
    if (timeout === undefined || parseDuration(timeout) <= parseDuration(interval)) continue;
    expectThat(false, {
      expected: `scrape_timeout of at most ${interval}, the scrape_interval`,
      actual: `scrape_timeout: ${describeValue(timeout)}`,
      where: file.where([...scope, 'scrape_timeout']),
      hint: 'A scrape must be over before the next one begins, so Prometheus refuses a longer timeout. Without one it is 10s, or the interval where that is shorter.',
    });
  }
}
