import { posix } from 'node:path';
import { filesLike, type Integration, isFalse, isTrue } from '../../verify/expect/index.ts';
import {
  asList,
  describeValue,
  expectThat,
  fail,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { expectSecretAt } from '../04-alertmanager/receiver.ts';
import { integrations, isMissing, KINDS, readSetting, settings } from './settings.ts';

/** How each receiver tells, and what it must know for that. */
export const receivers: Check[] = defineTopic({ kind: 'static', task: 3 }, [
  {
    id: 'receivers.kinds',
    title: "There are receivers for Slack, e-mail, the pager and the dead man's switch",
    needs: ['alertmanager.file'],
    run(step) {
      const known = new Set(integrations(step).map(({ kind }) => kind));
      const missing = Object.keys(KINDS).find((kind) => !known.has(kind));
      expectThat(!missing, {
        expected: `a receiver with ${missing}_configs:, for ${KINDS[missing ?? '']}`,
        actual: [...known].map((kind) => `${kind}_configs`).join(', ') || 'none',
        where: settings(step).where(['receivers']),
        hint: 'A receiver is an entry below receivers: with a name, and with one list for each kind of service that it tells.',
      });
    },
  },
  {
    id: 'templates.loaded',
    title: 'Alertmanager loads the file of templates',
    needs: ['alertmanager.file', 'messages.file'],
    run: expectLoaded,
  },
  {
    id: 'receivers.secrets',
    title: "The password for e-mail and the pager's key come from secret files",
    needs: ['receivers.kinds'],
    run(step) {
      for (const it of integrations(step, 'email'))
        expectSecret(step, it, ['auth_password', 'smtp_auth_password']);
      for (const it of integrations(step, 'pagerduty')) expectSecret(step, it, ['routing_key']);
    },
  },
  {
    id: 'receivers.addresses',
    title: 'Mail, pages and pings go to the inbox',
    needs: ['receivers.kinds'],
    run: expectAddresses,
  },
  {
    id: 'mail.no-tls',
    title: 'E-mail is sent without TLS, because the mail server of the workshop has none',
    needs: ['receivers.addresses'],
    run(step) {
      const file = settings(step);
      for (const it of integrations(step, 'email')) {
        const { value, place } = readSetting(file, it, 'require_tls', 'smtp_require_tls');
        expectThat(isFalse(file, place), {
          expected: 'require_tls: false',
          actual: isMissing(value)
            ? 'nothing said, so TLS is required'
            : `${place.at(-1)}: ${file.source(place) ?? value}`,
          where: file.where(place),
          hint: 'Alertmanager sends no mail, and no password, to a server that does not offer TLS, unless it is told so. A real mail server offers it; leave the line out there.',
        });
      }
    },
  },
  {
    id: 'receivers.send-resolved',
    title: "The end of an alert is told by e-mail and Slack, and not to the dead man's switch",
    needs: ['receivers.kinds'],
    run(step) {
      const file = settings(step);
      for (const { kind, at, receiver, value } of integrations(step)) {
        const place = [...at, 'send_resolved'];
        const isSent = isMissing(value?.send_resolved) ? kind === 'pagerduty' : isTrue(file, place);
        const said = `send_resolved: ${file.source(place)}`;
        const isQuiet = kind === 'webhook' && isFalse(file, place);
        const actual = isMissing(value?.send_resolved) ? 'no send_resolved' : said;
        expectThat(kind === 'webhook' ? isQuiet : isSent, {
          expected: `send_resolved: ${kind !== 'webhook'}, in the receiver ${receiver}`,
          actual,
          where: file.where(place),
          hint:
            kind === 'webhook'
              ? 'A webhook also tells the end of an alert unless told otherwise. When Prometheus is gone, Watchdog ends, and the switch would take this message for a sign of life.'
              : 'E-mail and Slack are silent about the end of an alert unless told otherwise. A webhook and the pager tell it.',
        });
      }
    },
  },
]);

/** @throws CheckFailure when a file of templates is there, and no name below templates: fits it */
function expectLoaded(step: StepUnderTest): void {
  const { file, containerPath } = readSettings(step, 'alertmanager');
  const names = asList(file.get(['templates'])).map(String);
  const resolve = (name: string) => posix.resolve(posix.dirname(containerPath), name);
  const unused = names.findIndex((name) => filesLike(step, resolve(name)).length === 0);
  const files = templateFiles(step).map((path) => posix.basename(path));
  const isEmpty = names.length === 0;
  expectThat(!isEmpty && unused < 0, {
    expected: `templates: with a list of files, one of them ${files[0]}`,
    actual: !isEmpty
      ? `${names[unused]}, and no file of this name`
      : isMissing(file.get(['templates']))
        ? 'no templates'
        : `templates: ${file.source(['templates'])}, which is no list`,
    where: file.where(isEmpty ? ['templates'] : ['templates', unused]),
    hint: 'Alertmanager reads the templates that its settings name, relative to their own folder, and is silent about a name that no file fits. A message that uses an unknown template is not sent.',
  });
}

/** The files in which a template is defined. */
export const templateFiles = (step: StepUnderTest): string[] =>
  step.files
    .all('alertmanager')
    .filter((path) => !/\.ya?ml$/.test(path) && /\{\{-?\s*define\b/.test(step.files.text(path)));

/** @param keys of the secret itself; with _file they name its file. The second is that of the block global: */
function expectSecret(step: StepUnderTest, it: Integration, [own = '', global]: string[]): void {
  const file = settings(step);
  const open = readSetting(file, it, own, global);
  const named = readSetting(file, it, `${own}_file`, global && `${global}_file`);
  expectThat(isMissing(open.value) && !isMissing(named.value), {
    expected: `${own}_file: with the path of the secret file in the container`,
    actual: isMissing(open.value) ? `no ${own}_file` : `the secret itself, as ${open.place.at(-1)}`,
    where: file.where(isMissing(open.value) ? it.at : open.place),
    hint: 'This file is committed, and whoever has the secret can send in your name. So it names another file, which git ignores.',
  });
  expectSecretAt(step, named.place);
}

/** Where one kind sends. */
interface Address {
  kind: string;
  key: string;
  /** What the setting is called in the block global: */
  global?: string;
  wanted: string;
  /** What does as well, where there is more than one. */
  like?: RegExp;
}

const ADDRESSES: Address[] = [
  { kind: 'email', key: 'smarthost', global: 'smtp_smarthost', wanted: 'inbox:1025' },
  {
    ...{ kind: 'email', key: 'to', wanted: 'team@workshop.example' },
    // With a name, or with other people.
    like: /(^|[\s<,])team@workshop\.example($|[\s>,])/,
  },
  {
    ...{ kind: 'pagerduty', key: 'url', global: 'pagerduty_url' },
    wanted: 'http://inbox:8025/v2/enqueue',
  },
  {
    ...{ kind: 'webhook', key: 'url', wanted: 'http://inbox:8025/deadman/prometheus' },
    like: /^http:\/\/inbox:8025\/deadman\/[\w-]+$/,
  },
];

function expectAddresses(step: StepUnderTest): void {
  const file = settings(step);
  for (const { kind, key, global, wanted, like } of ADDRESSES)
    for (const it of integrations(step, kind)) {
      const { value, place } = readSetting(file, it, key, global);
      if (like ? like.test(`${value}`) : value === wanted) continue;
      fail({
        expected: `${key}: ${wanted}`,
        actual: isMissing(value) ? `no ${key}` : `${key}: ${describeValue(value)}`,
        where: file.where(place),
        hint:
          key === 'to'
            ? 'to: names who reads the mail, from: who sends it. The table of the lesson says both.'
            : kind === 'email'
              ? 'A smarthost is HOST:PORT of a server that takes mail. Containers reach it by the name of its service and the port in its container, 1025.'
              : 'Containers reach the inbox by the name of its service and the port in its container. The path says what it is: /v2/enqueue takes pages, /deadman/NAME signs of life.',
      });
    }
}
