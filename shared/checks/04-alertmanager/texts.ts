import { alertRule, type FiringAlert } from '../../verify/expect/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';

/** The texts of the alerts say which instance, and no template came out empty. @throws CheckFailure */
export function expectFilled(step: StepUnderTest, alerts: FiringAlert[]): void {
  for (const { labels, annotations } of alerts) {
    const empty = Object.entries(annotations).find(([, text]) =>
      /<no value>|<error|error expanding|\$(labels|value)\b/.test(text),
    );
    const { get, where } = alertRule(step, labels.alertname ?? '');
    for (const key of Object.keys(annotations)) {
      const names = String(get('annotations', key)).matchAll(/(?:\$labels|\.Labels)\.(\w+)/g);
      const unknown = [...names].map(([, name = '']) => name).find((name) => !(name in labels));
      expectThat(unknown === undefined, {
        expected: `one of the labels of ${labels.alertname}: ${Object.keys(labels).join(', ')}`,
        actual: `$labels.${unknown}, so nothing stands in this place`,
        where: /^(job|instance)$/.test(`${unknown}`) ? where('expr') : where('annotations', key),
        hint: 'A template sees only the labels that the expression keeps, and those of the rule, and writes nothing for any other. sum() keeps none, sum by (job, instance) keeps these two.',
      });
    }
    const instance = labels.instance ?? 'app:8080';
    const said = `${annotations.summary} ${annotations.description}`;
    expectThat(!empty && said.includes(instance), {
      expected: `texts that name the instance ${instance}, in ${labels.alertname}`,
      actual: (empty ?? ['summary', said]).join(': '),
      where: empty ? where('annotations', empty[0]) : where('annotations'),
      hint: empty
        ? 'A template stands between {{ and }}, and sees .Labels, $labels and $value.'
        : 'A text that people are woken by says which instance: {{ $labels.instance }}.',
    });
  }
}
