import { missingIn, renderMessage, twoAlerts } from '../../verify/expect/index.ts';
import { toolShell } from '../../verify/expect/play/index.ts';
import {
  expectThat,
  type StepUnderTest,
  textsIn,
  type YamlFile,
  type YamlPath,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { templateFiles } from './receivers.ts';
import { integrations, isMissing, settings } from './settings.ts';

const TEMPLATES = ['title', 'text'];

/** What the messages say. */
export const messages: Check[] = defineTopic({ kind: 'static', task: 2 }, [
  {
    id: 'messages.file',
    title: 'A file defines the templates title and text',
    needs: ['alertmanager.file'],
    run(step) {
      const files = templateFiles(step);
      const texts = files.map((path) => step.files.text(path)).join('\n');
      const names = [...texts.matchAll(/\{\{-?\s*define\s+["`]([^"`]+)["`]/g)].map(([, it]) => it);
      const missing = TEMPLATES.find((name) => !names.includes(name));
      expectThat(!missing, {
        expected: `{{ define "${missing}" }} in alertmanager/messages.tmpl`,
        actual: names.join(', ') || 'no such file',
        where: files[0] ? `${files[0]}:1` : 'alertmanager/messages.tmpl (missing)',
        hint: 'A template stands between {{ define "NAME" }} and {{ end }}. Messages use it by this name.',
      });
    },
  },
  {
    id: 'messages.texts',
    title: 'Every message says what happens, where, since when, and where to look',
    kind: 'tool',
    needs: ['messages.file', 'templates.loaded', 'receivers.kinds'],
    run: expectTexts,
  },
]);

/** What each kind of message has besides a title, and where its title stands. */
const PARTS: Record<string, { title: string[]; hasText: boolean }> = {
  slack: { title: ['title'], hasText: true },
  email: { title: ['headers', 'Subject'], hasText: true },
  pagerduty: { title: ['description'], hasText: false },
};

/** Whether a receiver says its own title. Alertmanager takes the name of a header in any case. */
const hasTitle = (file: YamlFile, place: YamlPath): boolean =>
  Object.entries(Object(file.get(place.slice(0, -1)))).some(
    ([key, value]) => key.toLowerCase() === `${place.at(-1)}`.toLowerCase() && !isMissing(value),
  );

const SEPARATOR = '=== next message ===';

/** @throws CheckFailure at the first message that lacks something, with two alerts in it */
async function expectTexts(step: StepUnderTest): Promise<void> {
  const file = settings(step);
  const alert = { name: 'TooManyErrors', severity: 'critical' };
  const told = integrations(step).filter(({ kind }) => PARTS[kind]);
  const parts = told.flatMap(({ at, value }) => [
    ...textsIn(value, at).filter(({ text }) => text.includes('{{')),
    { text: SEPARATOR, place: at },
  ]);
  const rendered = async (status: string) => {
    const data = twoAlerts(step, alert, status);
    const run = (script: string) => toolShell(step, 'alertmanager', script);
    return (await renderMessage(step, parts, data, run)).split(SEPARATOR);
  };
  const [firing, resolved] = await Promise.all(['firing', 'resolved'].map(rendered));
  for (const [index, { kind, receiver, at }] of told.entries()) {
    const { title = [], hasText } = PARTS[kind] ?? {};
    const text = firing?.[index]?.trim() ?? '';
    expectThat(text.includes(alert.name) || hasTitle(file, [...at, ...title]), {
      expected: `${title.join(': ')}: with the template title, in the receiver ${receiver}`,
      actual: `no ${title.join(': ')}`,
      where: file.where([...at, ...title]),
      hint: 'The title says which alert it is. Without one Alertmanager takes words of its own.',
    });
    const missing = hasText ? missingIn(text, alert.name) : !text.includes(alert.name) && 'no name';
    expectThat(!missing, {
      expected: `a message of ${receiver} about two alerts ${alert.name}${hasText ? ': name, both summaries, start, runbook' : ', with their name'}`,
      actual: `${missing}, in\n${text || '(nothing)'}`,
      where: file.where([...at, ...(hasText ? ['text'] : title)]),
      hint: 'A group can hold several alerts: range over .Alerts, each has .Annotations and .StartsAt. What is not common to all of them is missing in .CommonAnnotations.',
    });
    const isTold = /firing/i.test(text) && /resolved/i.test(resolved?.[index] ?? '');
    expectThat(kind === 'pagerduty' || isTold, {
      expected: `FIRING or RESOLVED in a message of ${receiver}`,
      actual: text.split('\n')[0] ?? '',
      where: file.where([...at, ...title]),
      hint: '{{ .Status }} is firing or resolved. Without it good news and bad news look the same.',
    });
  }
}
