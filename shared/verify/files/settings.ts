import { posix } from 'node:path';
import leven from 'leven';
import { parseDuration } from '../../duration.ts';
import type { ComposeService } from './compose-file.ts';
import { fail } from './finding.ts';
import { flagValue, hostPath, mountAt } from './mounts.ts';
import type { StepUnderTest } from './step-under-test.ts';
import { type ListedFile, listedFiles, together } from './together.ts';
import { asList, isRecord, textsIn, type YamlFile } from './yaml-file.ts';

/** A server's own settings: where it reads them, and what the learner wrote there. */
export interface Settings {
  /** Inside the container: "/etc/prometheus/prometheus.yaml". */
  containerPath: string;
  file: YamlFile;
}

/**
 * Of Prometheus with its scrape_config_files.
 *
 * @param name of the service, where it has another one than the server
 * @throws CheckFailure when no file of the step is mounted where the server reads its settings, or it does not parse
 */
export const readSettings = (
  step: StepUnderTest,
  server: Server,
  name: string = server,
): Settings => step.once(`settings of ${server} ${name}`, () => readWhole(step, server, name));

type Server = 'prometheus' | 'alertmanager';

function readWhole(step: StepUnderTest, server: Server, name: string): Settings {
  const { containerPath, path } = findSettings(step, server, name);
  const file = step.files.yaml(path);
  refuseUnknownKeys(file, KEYS[server]);
  refuseTooDeep(file, KEYS[server]);
  refuseVariables(file);
  const more = listedFiles(step, { containerPath, file }, 'scrape_config_files');
  return { containerPath, file: more.map((it) => step.files.yaml(it.path)).reduce(together, file) };
}

/** What may stand at the left edge of each file. */
const KEYS = {
  prometheus:
    /^(global|scrape_configs|scrape_config_files|rule_files|alerting|runtime|storage|tracing|otlp|remote_\w+)$/,
  alertmanager:
    /^(global|route|receivers|templates|inhibit_rules|time_intervals|mute_time_intervals|tracing)$/,
};

/** @throws CheckFailure at the first key, or the text, that the server does not know */
function refuseUnknownKeys(file: YamlFile, known: RegExp): void {
  const keys = Object.keys(Object(file.value));
  const wrong = typeof file.value === 'string' ? file.value : keys.find((key) => !known.test(key));
  if (wrong === undefined) return;
  const [similar] = known.source.match(/\w+/g)?.filter((key) => leven(key, wrong) <= 2) ?? [];
  fail({
    expected: similar
      ? `${similar}: at the left edge`
      : 'only keys that the server knows at the left edge',
    actual: String(wrong).slice(0, 60),
    where: file.where([String(wrong)]),
    hint: 'The server refuses a file with a key that it does not know. Look for a typo, and for an indentation that makes a key belong to the wrong block.',
  });
}

/** @throws CheckFailure at the first key of the left edge that stands in another block */
function refuseTooDeep(file: YamlFile, known: RegExp): void {
  const place = Object.keys(Object(file.value))
    .flatMap((key) => Object.keys(Object(file.get([key]))).map((inner) => [key, inner]))
    // A route has intervals of its own.
    .find(([, inner = '']) => inner !== 'mute_time_intervals' && known.test(inner));
  if (!place) return;
  fail({
    expected: `${place[1]}: at the left edge`,
    actual: `${place[1]}: in the block ${place[0]}:`,
    where: file.where(place),
    hint: 'A key that is indented belongs to the block above it. A block of its own begins without spaces.',
  });
}

/** `${1}` is a relabelling's own, and in external_labels Prometheus does fill them in. @throws CheckFailure at the first */
function refuseVariables(file: YamlFile): void {
  const found = textsIn(file.value).find(
    ({ text, place }) =>
      /\$\{[A-Za-z_]|^\$[A-Z_]{2}/.test(text) && !place.includes('external_labels'),
  );
  if (!found) return;
  fail({
    expected: 'the value itself',
    actual: `${found.place.findLast((key) => typeof key === 'string')}: ${found.text}`,
    where: file.where(found.place),
    hint: 'Only Compose fills in variables, and only in the compose file. Prometheus and Alertmanager take the text as it is.',
  });
}

/** Files in which more jobs of Prometheus stand. @throws CheckFailure when one is not there in the container */
export const scrapeFiles = (step: StepUnderTest) =>
  listedFiles(step, readSettings(step, 'prometheus'), 'scrape_config_files');

/** Of the app, in seconds: the own interval of its job, or of the first one, else that of all; once a minute when nobody says how often. */
export function scrapeInterval(step: StepUnderTest): number {
  const { file } = readSettings(step, 'prometheus');
  const jobs = asList(file.get(['scrape_configs'])).filter(isRecord);
  const web = jobs.find(({ job_name }) => job_name === 'web') ?? jobs[0];
  return parseDuration(web?.scrape_interval ?? file.get(['global', 'scrape_interval']) ?? '1m');
}

/** Where a server's settings lie, in its container and in the step. @throws CheckFailure when they are not there */
export function findSettings(
  step: StepUnderTest,
  server: 'prometheus' | 'alertmanager',
  name: string = server,
) {
  const service = step.compose().service(name);
  // The images read NAME.yml; the workshop's files are called NAME.yaml.
  const containerPath = flagValue(service, 'config.file') ?? `/etc/${server}/${server}.yml`;
  const path = hostPath(service, containerPath);
  if (path === undefined) {
    const places = service.mounts.map(({ target }) => target);
    fail({
      expected: `one of your files at ${containerPath} in the container, where ${name} reads its settings`,
      actual: places.length ? `mounts at ${places.join(', ')}` : 'nothing mounted',
      where: service.where('volumes'),
      hint: 'A container sees a file of yours only where volumes: puts it: ./folder:/path/in/the/container:ro',
    });
  }
  refuseFolder(step, service, containerPath);
  if (!step.files.exists(path)) {
    fail({
      expected: `${path}, which the service ${name} reads as ${containerPath}`,
      actual: 'no such file',
      where: `${path} (missing)`,
      hint: 'The file, the mount under volumes: and --config.file must name the same place.',
    });
  }
  return { containerPath, path };
}

/** @throws CheckFailure when a folder of the step is mounted at the path where a server reads a file */
export function refuseFolder(step: StepUnderTest, service: ComposeService, path: string): void {
  const mount = mountAt(service, path);
  const folder = hostPath(service, path);
  if (mount?.target !== path || !folder || !step.files.isFolder(folder)) return;
  fail({
    expected: `a mount of the folder ${folder} at ${posix.dirname(path)}`,
    actual: `the folder ${folder} at ${path}, the path of a file`,
    where: mount.where,
    hint: 'A folder that is mounted is a folder in the container too, with your files in it. Its place there is the folder of the path that --config.file names.',
  });
}

/**
 * The rule files that Prometheus loads.
 *
 * @throws CheckFailure when none is named, or one is not there in the container
 */
export const ruleFiles = (step: StepUnderTest): ListedFile[] =>
  step.once('rule files', () => listRuleFiles(step));

function listRuleFiles(step: StepUnderTest): ListedFile[] {
  const settings = readSettings(step, 'prometheus');
  const { file } = settings;
  const names = file.get(['rule_files']);
  if (!Array.isArray(names) || names.length === 0) {
    fail({
      expected: 'rule_files: with the name of the file that holds the alert rules',
      actual: names === undefined ? 'no rule_files' : `rule_files: ${JSON.stringify(names)}`,
      where: file.where(['rule_files']),
      hint: 'Prometheus reads only the rule files that its settings list, each as one entry: "- name".',
    });
  }
  return listedFiles(step, settings, 'rule_files');
}
