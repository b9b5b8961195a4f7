import { isDeepStrictEqual } from 'node:util';
import {
  expectNamedVolume,
  expectPort,
  expectShared,
  expectTogether,
} from '../../verify/expect/index.ts';
import {
  asList,
  expectThat,
  flagPlace,
  flagValue,
  hostPath,
  mountAt,
  type StepUnderTest,
  textsIn,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import {
  addedService,
  differingLabels,
  expectOwnAddress,
  externalLabels,
  PAIRS,
  PORTS,
  secondPort,
  type Twin,
  twins,
} from './pairs.ts';
import { relabelled } from './relabelled.ts';

type Kind = keyof typeof PAIRS;

/** What holds for the second server of a kind, whichever it is. */
const secondOf = (kind: Kind, title: string, task: number): Check[] =>
  defineTopic({ kind: 'static', task }, [
    {
      id: `${kind}-2.service`,
      title: `A second ${title} runs, with a port of its own and no more rights than the first`,
      needs: ['compose.parses'],
      run(step) {
        const [first, name] = PAIRS[kind];
        const service = addedService(step, name);
        expectShared(service);
        expectPort(service, PORTS[kind], secondPort(kind));
        expectOwnAddress(step, kind);
        expectTogether(step.compose(), first, name);
      },
    },
    {
      id: `${kind}-2.data`,
      title: `Each ${title} keeps its data on a volume of its own`,
      needs: [`${kind}-2.service`],
      run: (step) => expectOwnData(step, kind),
    },
    {
      id: `${kind}-2.settings`,
      title: `The second ${title} has the same settings as the first`,
      needs: [`${kind}-2.service`, `${kind}.settings`],
      run: (step) => expectSameSettings(step, kind),
    },
  ]);

/** Two Prometheus, which differ only in what they call themselves. */
export const replicas: Check[] = [
  ...secondOf('prometheus', 'Prometheus', 1),
  {
    id: 'replicas.labels',
    title: 'The two Prometheus differ in one external label',
    kind: 'static',
    task: 1,
    needs: ['prometheus-2.settings'],
    run: expectLabels,
  },
  {
    id: 'replicas.load',
    title: 'Both Prometheus can load their settings',
    kind: 'tool',
    needs: ['replicas.labels'],
    concurrent: true,
    run: async (step) => void (await relabelled(step)),
  },
];

/** The second Alertmanager, but not yet that the two hear each other. */
export const secondAlertmanager: Check[] = secondOf('alertmanager', 'Alertmanager', 3);

const DATA = {
  prometheus: { flag: 'storage.tsdb.path', folder: '/prometheus' },
  alertmanager: { flag: 'storage.path', folder: '/alertmanager' },
};

function expectOwnData(step: StepUnderTest, kind: Kind): void {
  const { flag, folder } = DATA[kind];
  const [first, second] = PAIRS[kind].map((name) => {
    const service = step.compose().service(name);
    const path = flagValue(service, flag) ?? folder;
    expectNamedVolume(
      step.compose(),
      service,
      path,
      'What one of the two has kept must be there when its container is another one.',
    );
    return mountAt(service, path);
  });
  expectThat(first?.source !== second?.source, {
    expected: `a volume that only ${PAIRS[kind][1]} writes to`,
    actual: `${second?.source}, to which ${PAIRS[kind][0]} writes too`,
    where: second?.where ?? '',
    hint: 'Two servers that write into the same files destroy them; Prometheus refuses to start where another one has the lock. And a copy that shares the disk of the original is lost with it.',
  });
}

/** Blocks of the settings that both must have alike. */
const BLOCKS: Record<Kind, string[]> = {
  prometheus: ['rule_files', 'scrape_configs', 'alerting', 'remote_write'],
  alertmanager: ['route', 'receivers', 'inhibit_rules', 'time_intervals', 'templates'],
};
/** Flags that both must have alike: the default of each, and what it decides. */
const FLAGS: Record<string, [usual: string, hint: string]> = {
  'rules.alert.resend-delay': [
    '1m',
    'It decides how long an alert counts as firing after Prometheus has stopped, and with it when the dead man’s switch speaks.',
  ],
  'storage.tsdb.retention.time': [
    '15d',
    'It decides how far back Prometheus can look. When the first one is lost, the second one must know as much.',
  ],
};

function expectSameSettings(step: StepUnderTest, kind: Kind): void {
  const [first, second] = twins(step, kind);
  const names = PAIRS[kind];
  const block = BLOCKS[kind].find(
    (key) => !isDeepStrictEqual(first.file.get([key]), second.file.get([key])),
  );
  expectThat(!block, {
    expected: `${block}: as in ${first.file.path}`,
    actual:
      second.file.get([block ?? '']) === undefined
        ? `no ${block} in ${second.file.path}`
        : `something else in ${second.file.path}`,
    where: second.file.where([block ?? '']),
    hint: `Either of the two must be able to do all the work alone. Let ${names[1]} read the file of ${names[0]}: what differs stands in the compose file.`,
  });
  const [rules, others] = [first, second].map(rulePaths);
  expectThat(isDeepStrictEqual(rules, others), {
    expected: `the rule files of ${names[0]}: ${rules?.join(', ')}`,
    actual: others?.join(', ') ?? '',
    where: second.service.where('volumes'),
    hint: 'A rule that only one of them evaluates is silent when that one falls over.',
  });
  for (const [flag, [usual, hint]] of Object.entries(FLAGS)) {
    const [wanted, given] = [first, second].map(({ service }) => flagValue(service, flag));
    expectThat(wanted === given, {
      expected: wanted ? `--${flag}=${wanted}, as in ${names[0]}` : `no --${flag}`,
      actual: given ? `--${flag}=${given}` : `the default, ${usual}`,
      where: flagPlace(second.service, flag),
      hint,
    });
  }
  const unseen = textsIn(second.file.value).find(
    ({ text, place }) =>
      `${place.at(-1)}`.endsWith('_file') &&
      hostPath(first.service, text) !== hostPath(second.service, text),
  );
  expectThat(!unseen, {
    expected: `${unseen?.text} in the container of ${names[1]}, as in that of ${names[0]}`,
    actual: hostPath(second.service, unseen?.text ?? '') ?? 'nothing mounted there',
    where: second.service.where('volumes'),
    hint: `${unseen?.place.at(-1)} names a file in the container. A list volumes: of its own replaces the whole list that << would take over, so it must have every mount that is needed.`,
  });
}

/** The files of the step that a Prometheus loads rules from. */
const rulePaths = ({ service, file, containerPath }: Twin) =>
  asList(file.get(['rule_files'])).map(
    (name) => hostPath(service, new URL(String(name), `file://${containerPath}`).pathname) ?? name,
  );

function expectLabels(step: StepUnderTest): void {
  const [first, second] = twins(step, 'prometheus');
  const labels = differingLabels(step);
  const describe = (twin: Twin) =>
    Object.entries(externalLabels(twin))
      .map(([name, value]) => `${name}=${value}`)
      .join(', ') || 'none';
  const [unset] = labels.filter((name) =>
    [first, second].some((twin) => externalLabels(twin)[name] === undefined),
  );
  expectThat(labels.length === 1 && !unset, {
    expected: 'one external label, replica, that says which of the two it is, and all others alike',
    actual: `${PAIRS.prometheus[0]}: ${describe(first)}; ${PAIRS.prometheus[1]}: ${describe(second)}`,
    where:
      labels.length > 1
        ? second.file.where(['global', 'external_labels', labels[0] ?? ''])
        : second.service.whereSet('REPLICA'),
    hint: 'In external_labels Prometheus fills in variables of its environment: replica: $REPLICA, or with braces. A label that says which of the two it is can be dropped where nobody should see it; two that differ in more cannot be told to be a pair.',
  });
}
