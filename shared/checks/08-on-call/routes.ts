import {
  allRoutes,
  endsOf,
  fits,
  integrationsOf,
  isTrue,
  type Labels,
  settingOf,
} from '../../verify/expect/index.ts';
import {
  asList,
  expectThat,
  fail,
  isRecord,
  type StepUnderTest,
  type YamlPath,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { outcomes, SILENCED, TOLD, WANTED } from './played.ts';
import { inKinds, inWords, placeOfRoute, settings, WATCHDOG } from './settings.ts';

/** Where alerts go. */
export const routes: Check[] = [
  ...defineTopic({ kind: 'static', task: 5 }, [
    {
      id: 'routes.watchdog',
      title: "Watchdog goes to the dead man's switch, and to no person",
      needs: ['receivers.kinds'],
      run(step) {
        const file = settings(step);
        const names = endsOf(file, WATCHDOG).map((it) => settingOf(file, it, 'receiver').value);
        expectReceivers(step, WATCHDOG, names, ['webhook']);
      },
    },
  ]),
  ...defineTopic({ kind: 'tool' }, [
    {
      id: 'alertmanager.loads',
      title: 'amtool finds nothing wrong with the settings',
      needs: ['alertmanager.file'],
      run: async (step) => void (await outcomes(step)),
    },
    {
      id: 'routes.receivers',
      title: 'Pages reach the pager and Slack, tickets e-mail, everything else Slack',
      task: 5,
      needs: ['alertmanager.loads', 'routes.watchdog'],
      async run(step) {
        const { noon } = await outcomes(step);
        for (const [index, [alert, kinds]] of WANTED.entries())
          expectReceivers(step, alert, noon[index]?.receivers ?? [], kinds);
      },
    },
    {
      id: 'routes.night',
      title: 'At night tickets wait, and nothing else does',
      task: 5,
      needs: ['routes.receivers', 'night.hours'],
      run: expectNight,
    },
    {
      id: 'inhibition.silences',
      title: 'InstanceDown silences the other alerts of the same instance',
      task: 6,
      needs: ['alertmanager.loads'],
      run: (step) => expectSilence(step, true),
    },
    {
      id: 'inhibition.spares',
      title: 'InstanceDown silences nothing else, and nothing silences it',
      task: 6,
      needs: ['inhibition.silences'],
      run: (step) => expectSilence(step, false),
    },
  ]),
];

/** @param told names of receivers @param wanted their kinds. @throws CheckFailure at the route that decides */
function expectReceivers(step: StepUnderTest, alert: Labels, told: unknown[], wanted: string[]) {
  const file = settings(step);
  const integrations = told.flatMap((name) => integrationsOf(file, name));
  const kinds = integrations.map(({ kind }) => kind).sort();
  if (`${kinds}` === `${wanted}`) return;
  const ends = endsOf(file, alert);
  const names = ends.map((it) => settingOf(file, it, 'receiver').value);
  const isTooMany = kinds.length > wanted.length;
  // A list of a receiver with two entries tells twice, and so does a receiver to which two routes lead.
  const second =
    isTooMany &&
    names.flatMap((name) => integrationsOf(file, name)).find(({ at }) => Number(at.at(-1)) > 0);
  const again = ends.find((_, index) => names.includes(names[index], index + 1));
  const goesOn =
    kinds.length !== wanted.length &&
    (again ?? ends.find((it) => isTrue(file, [...it, 'continue'])));
  const missing = wanted.find((kind) => !kinds.includes(kind));
  const leadsThere = (route: YamlPath) =>
    integrationsOf(file, settingOf(file, route, 'receiver').value).some(
      (it) => it.kind === missing,
    );
  const meant = ends[0]?.length === 1 ? allRoutes(file).slice(1).find(leadsThere) : undefined;
  fail({
    expected: `${inWords(alert)} to reach ${inKinds(wanted)}`,
    actual: `it reaches ${inKinds(kinds)}`,
    where: meant
      ? file.where(meant)
      : second
        ? file.where(second.at)
        : goesOn
          ? file.where([...goesOn, 'continue'])
          : placeOfRoute(file, alert),
    hint: meant
      ? 'No route fits, so the receiver of the parent has it. A matcher with a typo, or for a label that the alert lacks, fits nothing, and nobody says so.'
      : second
        ? 'Each entry in a list of a receiver sends a message of its own.'
        : isTooMany
          ? 'With continue: an alert goes on to the next routes beside its own, and every one that it fits tells it too.'
          : goesOn
            ? 'With continue: an alert goes on to the next routes, and if none of them fits, nobody else is told: a route took it, so the receiver of the parent does not get it.'
            : 'Below routes: the first route whose matchers all fit an alert takes it, and the others do not see it, unless that one says continue: true. What fits none stays with the receiver of the parent.',
  });
}

async function expectNight(step: StepUnderTest): Promise<void> {
  const file = settings(step);
  const { night } = await outcomes(step);
  for (const [index, [alert, kinds]] of WANTED.entries()) {
    const muted = night[index]?.mutedBy ?? [];
    const waits = kinds.includes('email');
    expectThat(waits === muted.length > 0, {
      expected: `${inWords(alert)} ${waits ? 'to wait' : 'to be told'} at 03:00 in Taipei`,
      actual: waits ? 'it is told' : `it waits, because of the time interval ${muted[0]}`,
      where: placeOfRoute(file, alert),
      hint: 'A route says in mute_time_intervals: by their names when its receiver is not told. Child routes do not take it over.',
    });
  }
}

/** @throws CheckFailure at the inhibition that does too much, or too little */
async function expectSilence(step: StepUnderTest, isSilenced: boolean) {
  const file = settings(step);
  const { silenced, told } = await outcomes(step);
  const [cases, played] = isSilenced ? [SILENCED, silenced] : [TOLD, told];
  const rules = asList(file.get(['inhibit_rules'])).filter(isRecord);
  for (const [index, { alert, others = [] }] of cases.entries()) {
    const [silencer] = played[index]?.inhibitedBy ?? [];
    if ((silencer !== undefined) === isSilenced) continue;
    const [source = {}] = others;
    const inhibitedBy = others.find(({ alertname }) => alertname === silencer);
    const isOn = (labels: Labels, other: Labels) => (rule: Record<string, unknown>) =>
      fits(rule, labels, 'source_') && fits(rule, other, 'target_');
    const rule = rules.findIndex(isOn(inhibitedBy ?? source, alert));
    const isOfBoth = rule >= 0 && fits(rules[rule] ?? {}, alert, 'source_');
    const isBackwards = rules.some(isOn(alert, source));
    const hint = !isSilenced
      ? 'equal: names labels that must have the same value in both alerts. What both lack counts as the same, and without equal: every alert that fits is silenced.'
      : isOfBoth
        ? 'An alert that fits both sides is not silenced by another that does, so that no two silence each other. Let source_matchers fit InstanceDown alone.'
        : isBackwards
          ? 'The source is the alert that silences, the target the one that is silenced. Here they are the wrong way round.'
          : 'While an alert that fits source_matchers fires, those that fit target_matchers are silenced, if the labels in equal: have the same values.';
    fail({
      expected: `${inWords(alert)} ${isSilenced ? 'silenced' : 'told'} while ${others.map(inWords).join(' and ')} fires`,
      actual: inhibitedBy ? `silenced by ${inWords(inhibitedBy)}` : 'it is told',
      where: file.where(['inhibit_rules', ...(rule >= 0 ? [rule] : rules.length ? [0] : [])]),
      hint,
    });
  }
}
