import { parseDuration } from '../../duration.ts';
import { endsOf, settingOf } from '../../verify/expect/index.ts';
import {
  type ComposeService,
  expectThat,
  flagPlace,
  flagValue,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { settings, WATCHDOG } from '../08-on-call/settings.ts';
import { timesOf } from '../08-on-call/watchdog.ts';
import { PAIRS, PORTS, servicesCalled } from './pairs.ts';

/** The two Alertmanagers are one cluster. */
export const cluster: Check[] = defineTopic({ kind: 'static', task: 3 }, [
  {
    id: 'cluster.peers',
    title: 'The two Alertmanagers are told of each other, and can hear each other',
    needs: ['alertmanager-2.service'],
    run: expectPeers,
  },
  {
    id: 'cluster.patience',
    title: "When one Alertmanager falls over, the dead man's switch hears from the other in time",
    needs: ['cluster.peers', 'alertmanager.settings', 'prometheus.settings'],
    run: expectPatience,
  },
]);

const LISTEN = 'cluster.listen-address';
/** Alertmanager's own default. */
const PEER_TIMEOUT = '15s';

function expectPeers(step: StepUnderTest): void {
  const both = PAIRS.alertmanager.map((name) => step.compose().service(name));
  for (const service of both) {
    const address = flagValue(service, LISTEN) ?? `0.0.0.0:${PORTS.cluster}`;
    expectThat(/^(0\.0\.0\.0|\[::\])?:\d+$/.test(address), {
      expected: `no --${LISTEN}, which means 0.0.0.0:${PORTS.cluster}`,
      actual: `--${LISTEN}=${address}`,
      where: flagPlace(service, LISTEN),
      hint: 'Over this port the Alertmanagers hear each other, from container to container. Without an address there is no cluster, and a loopback address is the container itself.',
    });
  }
  const [name, other] = both.map((service) => flagValue(service, 'cluster.peer-name'));
  expectThat(!name || name !== other, {
    expected: 'a --cluster.peer-name that only one of them has, or none',
    actual: `--cluster.peer-name=${name}, in both`,
    where: both[1] ? flagPlace(both[1], 'cluster.peer-name') : '',
    hint: 'Members of a cluster are told apart by their names. Without the flag each makes one up.',
  });
  const told = both.map((service, index) => {
    const other = both[1 - index];
    const port = (flagValue(other ?? service, LISTEN) ?? `:${PORTS.cluster}`).split(':').at(-1);
    const peers = service.command
      .map((word) => word.match(/^--cluster\.peer=(.*)$/)?.[1])
      .filter((peer) => peer !== undefined);
    const right = peers.some(
      (peer) =>
        servicesCalled(step, peer.replace(/:\d+$/, '')).includes(other?.name ?? '') &&
        peer.endsWith(`:${port}`),
    );
    return { service, peers, right, wanted: `${other?.name}:${port}` };
  });
  // One that is told of the other introduces itself, so one of the two may be told nothing.
  const wrong = told.findLast(({ right, peers }) => !right && peers.length > 0);
  const blamed = wrong ?? told[1];
  expectThat(!wrong && told.some(({ right }) => right), {
    expected: `--cluster.peer=${blamed?.wanted}, in ${blamed?.service.name}`,
    actual: told
      .map(({ service, peers }) => `${service.name}: ${peers.join(', ') || 'none'}`)
      .join('; '),
    where: blamed ? flagPlace(blamed.service, 'cluster.peer') : '',
    hint: 'An Alertmanager that is told of itself, or of nobody, is alone, and sends what the other one has sent. The peer is the name of the other service, with the port of the cluster, 9094.',
  });
}

/** How long each Alertmanager waits for word of the other one, in seconds and as it is written; the slowest one first. */
export const peersOf = (step: StepUnderTest): [Peer, Peer] =>
  PAIRS.alertmanager
    .map((name) => {
      const service = step.compose().service(name);
      const text = flagValue(service, 'cluster.peer-timeout');
      return { service, text, timeout: parseDuration(text ?? PEER_TIMEOUT) };
    })
    .sort((one, other) => other.timeout - one.timeout) as [Peer, Peer];

interface Peer {
  service: ComposeService;
  text: string | undefined;
  timeout: number;
}

/** The most seconds in which nothing reaches the switch, when the Alertmanager falls over that tells it. */
function expectPatience(step: StepUnderTest): void {
  const file = settings(step);
  const [route = ['route']] = endsOf(file, WATCHDOG);
  const look = settingOf(file, route, 'group_interval');
  const [{ timeout, text, service }] = peersOf(step);
  const { waits } = timesOf(step);
  // It has just looked and found that the first one has told; it looks again, and still waits for the first one's word.
  const silence = parseDuration(look.value ?? '5m') + 2 * timeout;
  expectThat(silence < waits, {
    expected: `a --cluster.peer-timeout with which Watchdog is told again before the ${waits} s are over that the switch waits`,
    actual: text
      ? `--cluster.peer-timeout=${text}, so it may take ${silence} s`
      : `none in ${service.name}, which means ${PEER_TIMEOUT}, so it may take ${silence} s`,
    where: flagPlace(service, 'cluster.peer-timeout'),
    hint: 'An Alertmanager whose turn is not first waits so long for word from those before it. It takes some seconds until it knows that one of them is gone, and a switch that is less patient speaks though all is well.',
  });
  const { file: prometheus } = readSettings(step, 'prometheus');
  const beat = parseDuration(prometheus.get(['global', 'evaluation_interval']) ?? '1m');
  const onBeat = peersOf(step).find((peer) => peer.timeout % beat === 0);
  expectThat(!onBeat, {
    expected: `a --cluster.peer-timeout that is no multiple of the evaluation interval, ${beat}s`,
    actual: `--cluster.peer-timeout=${onBeat?.text}`,
    where: onBeat ? flagPlace(onBeat.service, 'cluster.peer-timeout') : '',
    hint: 'Alerts come with each evaluation, and the intervals of the groups are multiples of it, so both Alertmanagers send on the same beat. One whose wait ends on it sends in the same moment as the other one.',
  });
}
