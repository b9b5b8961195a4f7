import { evaluate } from '../../verify/expect/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';

/** As many as the lesson starts. */
export const INSTANCES = 3;

/** Waits are this much longer than the bounds. Seconds. */
export const MARGIN = 5;

export const targets = ({ stack }: StepUnderTest) => stack.prometheus.targets();

/** Of a target, a series or an alert. */
export const nameOf = ({ labels }: { labels: Record<string, string> }): string =>
  labels.instance ?? '';

/** So many containers of the app, as a person would do it. */
export const scaleTo = ({ stack }: StepUnderTest, count: number): Promise<string> =>
  stack.compose('up', '--detach', '--no-deps', '--no-recreate', '--scale', `app=${count}`, 'app');

/** In the container of an instance: everything but its first process ends without warning, and this runs in its place. */
const instead = (step: StepUnderTest, index: number, command: string): Promise<string> =>
  step.stack.compose(
    ...['exec', '-T', '--detach', '--index', `${index}`, 'app'],
    ...['sh', '-c', `kill -9 -1; ${command}`],
  );

/** The app itself, but for its page, which answers 500. */
const BROKEN = `exec node --input-type=module -e '
import express from "express";
import { createApp } from "/app/src/create-app.ts";
express().get("/", (_, res) => res.status(500).end()).use(createApp()).listen(8080);'`;

/**
 * Once in a judgement: the third instance is taken away, the first one crashes, and the page of the second one fails.
 * The program of an instance runs under `node --watch`, which stays when it crashes, and with it the container.
 *
 * @returns their names in Prometheus; and when, at the latest, in seconds since 1970, by the containers' clock
 */
export const incident = (step: StepUnderTest) =>
  step.once('incident', async () => {
    const [crashed = '', broken = '', taken = ''] = await Promise.all(
      [1, 2, 3].map((it) => findInstance(step, it)),
    );
    await Promise.all([
      scaleTo(step, INSTANCES - 1),
      instead(step, 1, 'true'),
      instead(step, 2, BROKEN),
    ]);
    return { at: await step.stack.prometheus.now(), crashed, broken, taken };
  });

/** Both run their own program again. */
export const repair = async (step: StepUnderTest): Promise<void> =>
  void (await Promise.all([1, 2].map((it) => instead(step, it, 'exec node src/main.ts'))));

/** What Prometheus calls an instance, by the number of its container. */
async function findInstance(step: StepUnderTest, index: number): Promise<string> {
  const args = ['exec', '-T', '--index', `${index}`, 'app', 'hostname', '-i'];
  const address = await step.stack.compose(...args);
  const found = (await targets(step)).find(
    ({ labels, scrapeUrl }) =>
      labels.job === 'web' && new URL(scrapeUrl).hostname === address.trim().split(/\s/)[0],
  );
  return found ? nameOf(found) : '';
}

/** The value of the only series of an expression; undefined where there is none, or more. */
export async function onlyValue(step: StepUnderTest, expression: string) {
  const series = await evaluate(step, expression);
  return series.length === 1 ? series[0]?.value : undefined;
}
