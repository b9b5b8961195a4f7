import { posix } from 'node:path';
import { type Alert, type Integration, isTrue } from '../../verify/expect/index.ts';
import {
  expectThat,
  type Finding,
  fail,
  hostPath,
  readSettings,
  type StepUnderTest,
  type YamlPath,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { isOfSecrets } from './compose.ts';
import { describe, readSlack } from './settings.ts';

/** The path of a webhook's address, as in /services/T…/B…/…, but not the inbox's own, which is no secret. */
const WEBHOOK = /\/services\/T\w+\/B\w+\/(?!X{24})\w+/;
const COMMITTED = /\.(ya?ml|ts|json|env|example)$|\/?\.env/;
const IGNORED = /^secrets\/[^/]+\/(?!.*\.example$)/;

/** The receivers that post to Slack, and their address, which is a secret. */
export const receiver = defineTopic({ kind: 'static', task: 7, needs: ['alertmanager.secret'] }, [
  {
    id: 'alertmanager.secret',
    title: 'The webhook address comes from a mounted secret file',
    needs: ['alertmanager.mounts', 'alertmanager.route'],
    run(step) {
      const { configs, at } = readSlack(step);
      if (configs.length === 0) {
        const { file } = readSettings(step, 'alertmanager');
        const place = at.slice(0, 2);
        const keys = Object.keys(Object(file.get(place))).filter((key) => key !== 'name');
        fail({
          expected: `slack_configs: in the receiver ${file.get([...place, 'name'])}`,
          actual: keys.join(', ') || 'no slack_configs',
          where: file.where([...place, keys[0] ?? 'name']),
          hint: 'The key below the name says what kind of receiver it is, and each kind posts in a format of its own. It holds a list, so it is a plural.',
        });
      }
      for (const { at, receiver } of configs)
        expectSecretFile(
          step,
          at,
          configs.filter((it) => it.receiver === receiver),
        );
    },
  },
  {
    id: 'secret.not-committed',
    title: 'No file that is committed holds a webhook address',
    run({ files }) {
      const committed = files.all().filter((path) => COMMITTED.test(path) && !IGNORED.test(path));
      const path = committed.find((it) => WEBHOOK.test(files.text(it)));
      if (!path) return;
      fail({
        expected: 'the address only in secrets/alertmanager/slack_webhook_url, which git ignores',
        actual: 'an address of a real webhook',
        where: files.find(path, WEBHOOK),
        hint: 'What was committed once stays readable in the history. An address that got there must be replaced at Slack.',
      });
    },
  },
  {
    id: 'alertmanager.send-resolved',
    title: 'The receiver also tells when an alert is resolved',
    run(step) {
      const { file, configs } = readSlack(step);
      for (const { at, receiver } of configs) {
        const place = [...at, 'send_resolved'];
        expectThat(isTrue(file, place), {
          expected: `send_resolved: true${configs.length > 1 ? `, in the receiver ${receiver}` : ''}`,
          actual: describe(file.source(place) ?? file.get(place), 'send_resolved'),
          where: file.where(
            file.get([...at.slice(0, 2), 'send_resolved']) === undefined
              ? place
              : [...at.slice(0, 2), 'send_resolved'],
          ),
          hint: /^["']/.test(file.source(place) ?? '')
            ? 'In quotes it is a text, and Alertmanager does not start with a text in this place.'
            : 'Slack receivers are silent about resolved alerts unless told otherwise, so nobody would know that it is over.',
        });
      }
    },
  },
]);

/** @param entries all of the receiver */
function expectSecretFile(step: StepUnderTest, at: YamlPath, entries: Integration[]): void {
  const { file } = readSlack(step);
  const hasAddress = entries.map(({ value }) => Boolean(value?.api_url_file ?? value?.api_url));
  const bare = hasAddress.indexOf(false);
  expectThat(bare < 0 || !hasAddress.includes(true), {
    expected: 'api_url_file: and send_resolved: in one list entry, with one dash for both',
    actual: `${entries.length} entries below slack_configs:, one of them without an address`,
    where: file.where([...at.slice(0, -1), bare]),
    hint: 'Every dash begins another entry. What belongs to the same entry stands below its first line, indented like it, without a dash.',
  });
  const ownFile = [...at, 'api_url_file'];
  const place = file.get(ownFile) ? ownFile : ['global', 'slack_api_url_file'];
  const ownUrl = [...at, 'api_url'];
  const open = file.get(ownUrl) ? ownUrl : ['global', 'slack_api_url'];
  const isOpen = file.get(open) !== undefined;
  expectThat(file.get(place), {
    expected: 'api_url_file: with the path of the secret file in the container',
    actual: isOpen ? `the address itself, as ${open.at(-1)}` : 'no address at all',
    where: file.where(isOpen ? open : at),
    hint: 'Whoever has a webhook address can post to it, and this file is committed. So the file names another file, which is not.',
  });
  expectSecretAt(step, place);
}

/**
 * A key of Alertmanager's settings names a secret file that its container sees.
 *
 * @throws CheckFailure when nothing, or another folder, is mounted there
 */
export function expectSecretAt(step: StepUnderTest, place: YamlPath): void {
  const { file, containerPath } = readSettings(step, 'alertmanager');
  const service = step.compose().service('alertmanager');
  const inContainer = posix.resolve(posix.dirname(containerPath), String(file.get(place)));
  const seen = hostPath(service, inContainer);
  const mount = service.mounts.find(isOfSecrets);
  const isAsInLesson = inContainer.startsWith('/run/secrets/');
  expectThat(seen && (step.files.exists(seen) || step.files.exists(`${seen}.example`)), {
    expected: `a secret file at ${inContainer} in the container of alertmanager`,
    actual: seen ? `no file ${seen}` : 'nothing mounted there',
    where: (!seen && isAsInLesson && mount?.where) || file.where(place),
    hint: `${place.at(-1)} names a file inside the container. There your mount shows ${mount?.source} as ${mount?.target}.`,
  });
}

/** Where something stopped, in the words of the server there, and the setting that is responsible. */
export type Gap = Pick<Finding, 'actual' | 'where' | 'hint'>;

/** What Alertmanager's log says about Slack, with the reasons that there are. */
export async function findRefusal(step: StepUnderTest, alert: Alert): Promise<Gap | undefined> {
  const { file, containerPath, configs, at } = readSlack(step, [alert]);
  const log = await step.stack.logs('alertmanager');
  const error = lastError(log, /Notify (for alerts|attempt) failed.*\bslack\[/);
  if (error === undefined) return undefined;
  const key = ['api_url_file', 'slack_api_url_file'].find((it) => configs[0]?.value?.[it]);
  const address = key ? [...at, key] : ['global', 'slack_api_url_file'];
  const inContainer = posix.resolve(posix.dirname(containerPath), `${file.get(address)}`);
  const secret = hostPath(step.compose().service('alertmanager'), inContainer);
  const of = (name: string) => file.where([...at, name]);
  const reasons: [RegExp, string | undefined, string][] = [
    [
      /permission denied/,
      secret,
      'Alertmanager runs as the user nobody. chmod 644 lets it read the file; git ignores it all the same.',
    ],
    [
      /^(open|read) /,
      file.where(address),
      'api_url_file names one file, as Alertmanager sees it in its container.',
    ],
    [
      /no_text/,
      of('title'),
      'The message was empty, and Slack takes no empty ones. Give title: and text:.',
    ],
    [
      /channel_/,
      of('channel'),
      'A webhook belongs to one channel. Without channel: the message goes there.',
    ],
    [
      /no_team|no_service|invalid_token|status code 40[45]/,
      secret && `${secret}:1`,
      'The inbox knows one address, which stands in slack_webhook_url.example. Every part of its path counts.',
    ],
    [
      /proxy/,
      of('http_config'),
      'A message takes the way that http_config says. The inbox is reached without a proxy.',
    ],
    [
      /^parse |no such host|refused|scheme|HTTPS client|no route|invalid|missing/,
      secret && `${secret}:1`,
      'The secret file holds the whole address, http://inbox:8025/services/…, and nothing else: name of the service, port in its container.',
    ],
  ];
  const [, where, hint] = reasons.find(([pattern]) => pattern.test(error)) ?? [];
  return {
    actual: `Alertmanager cannot deliver it: ${error}`,
    where: where ?? file.where(at),
    hint: hint ?? 'The log of Alertmanager names each delivery that fails, and why.',
  };
}

/** The reason in the last line of a log that fits, without what differs from run to run. */
export function lastError({ stdout, stderr }: { stdout: string; stderr: string }, pattern: RegExp) {
  const line = `${stdout}\n${stderr}`.split('\n').findLast((text) => pattern.test(text));
  const [, quoted] = line?.match(/\berr"?[=:]"((?:[^"\\]|\\.)*)"/) ?? [];
  return quoted
    ?.replace(/\\(.)/g, '$1')
    .replace(/^.*after \d+ attempts: /, '')
    .replace(/^channel "": /, '')
    .replaceAll(/\d+\.\d+\.\d+\.\d+/g, '(address)');
}
