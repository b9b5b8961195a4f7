// The line that leads to what was seen: in the configuration, or in the app.
import { readRequests } from '../../verify/expect/index.ts';
import { fail, placeNamed, type StepUnderTest } from '../../verify/files/index.ts';
import { configPath, findJob, prometheus, readConfig } from './read-config.ts';

/** @param complaint promtool's, with the paths that the container has */
export function placeOfComplaint(step: StepUnderTest, complaint: string): string {
  const place = placeNamed(step.files, prometheus(step), complaint) ?? configPath(step);
  const [, name] = place.match(/([^/]*) \(missing\)$/) ?? [];
  // It is named in the configuration, and is not there.
  return name ? step.files.find(configPath(step), new RegExp(name.replaceAll('.', '\\.'))) : place;
}

/** Which key of a job has to do with an error of its scrapes. */
const KEYS: [RegExp, string][] = [
  [/HTTP status 40[45]/, 'metrics_path'],
  [/HTTPS client|tls:/, 'scheme'],
  [/HTTP status 40[13]/, 'basic_auth'],
  [/sample limit/, 'sample_limit'],
  [/body size limit/, 'body_size_limit'],
  [/label_limit/, 'label_limit'],
  [/deadline exceeded/, 'scrape_timeout'],
  [/basic auth/, 'basic_auth'],
];

/** @param error what Prometheus says about the target of the job */
export function placeOfError(step: StepUnderTest, job: string, error: string): string {
  const file = readConfig(step);
  const found = findJob(file, job);
  const [, key] = KEYS.find(([pattern]) => pattern.test(error)) ?? [];
  if (key && found) return file.where(['scrape_configs', found.index, key]);
  return found?.where ?? '';
}

/** Whether the app has counted otherwise than was sent, or Prometheus has lost something of it. */
export async function placeOfCount(step: StepUnderTest, code: string, sent: number) {
  const counted = (await readRequests(step))[code] ?? 0;
  if (counted > sent) return step.files.find('app/create-app.ts', /\.use\(.*countRequests/);
  if (counted < sent) return step.files.find('app/metrics.ts', /\.(inc|reset\w*)\(/);
  const file = readConfig(step);
  const index = findJob(file, 'web')?.index ?? 0;
  return file.where(['scrape_configs', index, 'metric_relabel_configs']);
}

/** Keys of a job by which targets or series get lost, or get other labels. */
const LOSING = ['relabel_configs', 'metric_relabel_configs', 'file_sd_configs', 'static_configs'];

/** The job web has no target, or not the series that a right expression asks for. */
export function failByConfig(step: StepUnderTest, question = 'up{job="web"}'): never {
  const file = readConfig(step);
  const job = ['scrape_configs', findJob(file, 'web')?.index ?? 0];
  const isLost = question.startsWith('up');
  const keys = LOSING.filter((key) => isLost || key.startsWith('metric'));
  const place = keys.map((key) => [...job, key]).find((it) => file.get(it) !== undefined);
  fail({
    expected: `a series for ${question}`,
    actual: isLost ? 'no target has job="web"' : 'Prometheus has none',
    where: file.where(place ?? job),
    hint: isLost
      ? 'A target may be dropped, found in a file that is not there, or be given another label job. The page Status > Service discovery shows each, with its labels before and after.'
      : 'What metric_relabel_configs drops is never stored: the job keeps what people ask for.',
  });
}
