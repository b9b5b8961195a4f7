import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type DockerOptions, docker, ensureEngine } from '../engine/index.ts';
import { ensureImages, imageFault } from '../images/index.ts';
import { httpClient, waitFor } from '../stack/index.ts';
import { writing } from '../verify/expect/index.ts';
import { fail, parseYaml, textsIn } from '../verify/files/index.ts';
import { SENTINELS } from './plan.ts';
import type { Source } from './play.ts';
import type { Labels } from './table.ts';

/** How long a busy machine may take to start a container. Seconds. */
const START_LIMIT = 60;

const CHECKED = '/tmp/alertmanager.yaml';
const PLAYED = '/tmp/played.yaml';
const GO = '/tmp/go';

/** Its files come later, because an argument or a variable holds 128 kB at most. */
const PROGRAM = `exec 2>&1
until [ -f ${GO} ]; do sleep 0.02; done
[ ! -f ${CHECKED} ] || amtool check-config ${CHECKED} || exit 1
exec alertmanager --config.file=${PLAYED} --storage.path=/tmp --cluster.listen-address=`;

const IS_READY = 'wget -q --spider http://127.0.0.1:9093/-/ready';
const UNTIL_READY = `until ${IS_READY}; do sleep 0.05; done`;

/** Alertmanager needs milliseconds to take alerts in. */
const TAKE_IN_SECONDS = 20;

const alert = z.object({
  labels: z.record(z.string(), z.string()),
  fingerprint: z.string(),
  status: z.object({
    inhibitedBy: z.array(z.string()),
    silencedBy: z.array(z.string()),
    mutedBy: z.array(z.string()),
  }),
});
const groups = z.array(
  z.object({ receiver: z.object({ name: z.string() }), alerts: z.array(alert) }),
);

export type Group = z.infer<typeof groups>[number];

/** A real Alertmanager that nobody else uses. `await using` removes it at the end of the block. */
export type Throwaway = Awaited<ReturnType<typeof startThrowaway>>;

/**
 * Starts an Alertmanager with that configuration, after its own tool has found no fault with the learner's.
 *
 * @param checked the learner's; without it nothing is checked
 * @throws CheckFailure with the tool's words
 * @throws MachineFault when the engine, or the image, is in the way
 */
export async function startThrowaway(
  image: string,
  yaml: string,
  checked: Source | undefined,
  signal?: AbortSignal,
) {
  await ensureEngine();
  const [found] = await ensureImages([image]);
  if (found?.unavailable) throw imageFault(found);

  const name = `workshop-routing-${randomBytes(4).toString('hex')}`;
  const remove = async () => {
    // Out of reach of Ctrl-C.
    const detached = process.platform !== 'win32';
    await docker(['rm', '--force', '--volumes', name], { detached }).catch(() => '');
  };
  const orRemove = async (error: unknown): Promise<never> => {
    await remove();
    throw error;
  };
  await docker([
    ...['run', '--detach', '--name', name, '--publish', '127.0.0.1::9093', '--memory', '256m'],
    ...['--cap-drop', 'ALL', '--read-only', '--tmpfs', '/tmp:mode=1777'],
    ...['--entrypoint', 'sh', image, '-c', PROGRAM],
  ]).catch(orRemove);
  const files = { ...(checked && { [CHECKED]: checked.text }), [PLAYED]: yaml };
  // Asked from inside: whoever asks a published port before there is an answer may wait for long.
  const input = `${writing(files)}\ntouch ${GO}\n${UNTIL_READY}\n`;
  // An engine under load may not say that a program in a container has ended.
  const late = AbortSignal.timeout((START_LIMIT + 5) * 1_000);
  const limit = signal ? AbortSignal.any([signal, late]) : late;
  const exec = (args: string[], options: DockerOptions) =>
    docker(['exec', '--interactive', name, ...args], options).then(
      () => true,
      () => false,
    );
  const isReady =
    (await exec(['timeout', `${START_LIMIT}`, 'sh', '-s'], { input, signal: limit })) ||
    (late.aborted && (await exec(['sh', '-c', IS_READY], { signal })));
  if (!isReady) {
    const output = await docker(['logs', name]).finally(remove);
    signal?.throwIfAborted();
    return explain(output, checked);
  }
  const [address] = (await docker(['port', name, '9093']).catch(orRemove)).split('\n');
  const http = httpClient('Alertmanager', async () => `http://${address}`);
  const readGroups = () => http.get('/api/v2/alerts/groups', groups);
  return {
    url: `http://${address}`,
    /**
     * Posts alerts, and waits until Alertmanager has sorted them in and told its receivers, who are not there.
     *
     * @param isDone whether the groups are as they must become
     */
    async post(alerts: Labels[], isDone: (groups: Group[]) => boolean): Promise<Group[]> {
      const all = [...alerts, ...SENTINELS].map((labels) => ({ labels }));
      await http.send('POST', '/api/v2/alerts', all);
      return waitFor({
        what: 'Alertmanager to have sorted in every alert',
        withinSeconds: TAKE_IN_SECONDS,
        look: async () => {
          const [, count] = (await http.text('/metrics')).match(PROCESSED) ?? [];
          return Number(count) >= all.length ? readGroups() : [];
        },
        until: (seen) => isInhibited(seen) && isDone(seen),
        signal,
      });
    },
    postSilence: (silence: unknown) => http.send('POST', '/api/v2/silences', silence),
    silence: (id: string) =>
      http.get(`/api/v2/silence/${id}`, z.object({ comment: z.string(), createdBy: z.string() })),
    /** The fingerprints of the alerts that fit all these matchers. */
    matching: async (matchers: string[]): Promise<string[]> => {
      const query = matchers.map((it) => `filter=${encodeURIComponent(it)}`).join('&');
      const found = await http.get(`/api/v2/alerts?${query}`, z.array(alert));
      return found.map(({ fingerprint }) => fingerprint);
    },
    [Symbol.asyncDispose]: remove,
  };
}

/** How many alerts are sorted in. */
const PROCESSED = /^alertmanager_dispatcher_alert_processing_duration_seconds_count (\d+)$/m;

const isInhibited = (seen: Group[]): boolean =>
  seen
    .flatMap((group) => group.alerts)
    .some(
      ({ labels, status }) => labels.role === SENTINELS[1]?.role && status.inhibitedBy.length > 0,
    );

/** @throws CheckFailure with what the tool has said, at the line that it means */
function explain(output: string, checked: Source | undefined): never {
  const [refusal] = output.match(/(?<=FAILED: ).*/s) ?? [];
  if (refusal === undefined)
    throw new Error(
      `Alertmanager does not start. Its last words:\n${output.trim().split('\n').slice(-5).join('\n')}`,
    );
  const said =
    refusal
      .split('\n\namtool: error')[0]
      ?.trim()
      .split(/\s*\n\s*/)
      .slice(0, 3)
      .join(' ') ?? '';
  const { file = 'the configuration', text = '' } = checked ?? {};
  const [, line] = said.match(/line (\d+)/) ?? [];
  const yaml = parseYaml(file, text);
  // Where it names no line, it quotes what stands there.
  const quoted = said.match(/"([^"]+)"/)?.[1] ?? said.split(': ').at(-1) ?? '';
  const place = textsIn(yaml.value).find((it) => it.text.includes(quoted))?.place;
  return fail({
    expected: 'a configuration that Alertmanager takes',
    actual: said,
    where: line ? `${file}:${line}` : yaml.where(place ?? []),
    hint: `These are the words of Alertmanager's own tool, amtool check-config. "into []string" says that a list is wanted, "field … not found" that no such key is known there.`,
  });
}
