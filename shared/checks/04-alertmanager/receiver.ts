import { posix } from 'node:path';
import { expectThat, fail, hostPath, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { isOfSecrets } from './compose.ts';
import { describe, readReceiver } from './settings.ts';

/** The path of a webhook's address, as in /services/T…/B…/…, but not the inbox's own, which is no secret. */
const WEBHOOK = /\/services\/T\w+\/B\w+\/(?!X{24})\w+/;
const COMMITTED = /\.(ya?ml|ts|json|env|example)$|\/?\.env/;
const IGNORED = /^secrets\/[^/]+\/(?!.*\.example$)/;

/** The receiver that posts to Slack, and its address, which is a secret. */
export const receiver = defineTopic({ kind: 'static', task: 7, needs: ['alertmanager.secret'] }, [
  {
    id: 'alertmanager.secret',
    title: 'The webhook address comes from a mounted secret file',
    needs: ['alertmanager.mounts', 'alertmanager.route'],
    run: expectSecretFile,
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
      const { file, slack, at } = readReceiver(step);
      expectThat(slack?.send_resolved === true, {
        expected: 'send_resolved: true',
        actual: describe(slack?.send_resolved, 'send_resolved'),
        where: file.where([...at, 'send_resolved']),
        hint: 'Slack receivers are silent about resolved alerts unless told otherwise, so nobody would know that it is over.',
      });
    },
  },
]);

function expectSecretFile(step: StepUnderTest): void {
  const { file, containerPath, slack, at, entries } = readReceiver(step);
  const hasAddress = entries.map((it) => Boolean(it?.api_url_file ?? it?.api_url));
  const bare = hasAddress.indexOf(false);
  expectThat(bare < 0 || !hasAddress.includes(true), {
    expected: 'api_url_file: and send_resolved: in one list entry, with one dash for both',
    actual: `${entries.length} entries below slack_configs:, one of them without an address`,
    where: file.where([...at.slice(0, -1), bare]),
    hint: 'Every dash begins another entry. What belongs to the same entry stands below its first line, indented like it, without a dash.',
  });
  const place = slack?.api_url_file ? [...at, 'api_url_file'] : ['global', 'slack_api_url_file'];
  const path = file.get(place);
  const open = slack?.api_url ? [...at, 'api_url'] : ['global', 'slack_api_url'];
  const isOpen = file.get(open) !== undefined;
  expectThat(path, {
    expected: 'api_url_file: with the path of the secret file in the container',
    actual: isOpen ? `the address itself, as ${open.at(-1)}` : 'no address at all',
    where: file.where(isOpen ? open : at),
    hint: 'Whoever has a webhook address can post to it, and this file is committed. So the file names another file, which is not.',
  });
  const service = step.compose().service('alertmanager');
  const inContainer = posix.resolve(posix.dirname(containerPath), String(path));
  const seen = hostPath(service, inContainer);
  const mount = service.mounts.find(isOfSecrets);
  const isAsInLesson = inContainer.startsWith('/run/secrets/');
  expectThat(seen && (step.files.exists(seen) || step.files.exists(`${seen}.example`)), {
    expected: `a secret file at ${inContainer} in the container of alertmanager`,
    actual: seen ? `no file ${seen}` : 'nothing mounted there',
    where: (!seen && isAsInLesson && mount?.where) || file.where(place),
    hint: `api_url_file names a file inside the container. There your mount shows ${mount?.source} as ${mount?.target}.`,
  });
}
