import { isMap, isSeq, parseDocument } from 'yaml';
import type { ReplacedFile } from '../../stack/index.ts';
import { type StepUnderTest, settingsOf } from '../files/index.ts';

/** How often the Prometheus of a verdict collects. */
const INTERVAL = '500ms';

/**
 * The learner's settings of Prometheus, but with a scrape and an evaluation every half second. A rate needs two scrapes, and
 * nobody likes to wait ten seconds for a verdict. Whether the file itself says 5 s, a static check has judged before.
 *
 * @throws CheckFailure when no file of the step is mounted where Prometheus reads it
 */
export function quickSettings(step: StepUnderTest): ReplacedFile {
  const { containerPath, file } = settingsOf(step, 'prometheus', '/etc/prometheus/prometheus.yml');
  const document = parseDocument(step.files.text(file.path));
  const jobs = document.get('scrape_configs');
  for (const scope of [document.get('global'), ...(isSeq(jobs) ? jobs.items : [])]) {
    if (!isMap(scope)) continue;
    for (const key of ['scrape_interval', 'evaluation_interval'])
      if (scope.has(key)) scope.set(key, INTERVAL);
    // It may not be longer than the interval.
    scope.delete('scrape_timeout');
  }
  return { service: 'prometheus', target: containerPath, content: document.toString() };
}
