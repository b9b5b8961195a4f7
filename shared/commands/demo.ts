import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { localized } from '../language.ts';
import { asJson, type Commands, misuse, orJson, ROOT, whereTyped } from './command.ts';

/** The finished system at work. */
export const demoCommands: Commands = {
  async demo(args, signal) {
    const { demo, describeReport, PROJECT_NAME } = await import('../demo/index.ts');
    const { withLock } = await import('../learner/index.ts');
    const boolean = { type: 'boolean' } as const;
    const options = { once: boolean, json: boolean, fail: boolean };
    const { once = false, json = false, fail = false } = parseArgs({ args, options }).values;
    const print = json ? console.error : console.log;
    const play = () => demo({ once, fail, print, signal });
    // A second one would wait for the end of the first one's alert, and then remove its containers.
    const playing = withLock(ROOT, PROJECT_NAME, play, "The demo's stack");
    const report = await playing.catch(orJson(json));
    console.log(json ? asJson(report) : describeReport(report));
    return report.ok ? 0 : 1;
  },

  /** The same on several machines. */
  async swarm(args, signal) {
    const options = { json: { type: 'boolean' }, stack: { type: 'string' } } as const;
    const { json = false, stack } = parseArgs({ args, options }).values;
    const { describeSwarm, swarm } = await import('../swarm/index.ts');
    const file = stack === undefined ? await solved() : resolve(whereTyped(stack));
    if (!existsSync(file)) {
      const problem = localized(`There is no file ${file}`, `沒有 ${file} 這個檔案`);
      throw misuse(problem);
    }
    const print = json ? console.error : console.log;
    const report = await swarm({ file, print, signal }).catch(orJson(json));
    console.log(json ? asJson(report) : describeSwarm(report));
    return report.ok ? 0 : 1;
  },

  async down() {
    const { down } = await import('../demo/index.ts');
    await down();
    await removeAllKept();
    console.log(
      localized(
        'Nothing of the stack is left: containers, networks and volumes are removed.',
        '全部都移除了：容器、網路和 volume。',
      ),
    );
    return 0;
  },

  async 'dashboards:pictures'() {
    const { takePictures } = await import('../demo/index.ts');
    const { INBOX_PORT = 8025, GRAFANA_PORT = 3000, GRAFANA_URL } = process.env;
    const inboxUrl = `http://127.0.0.1:${INBOX_PORT}`;
    const grafanaUrl = GRAFANA_URL ?? `http://127.0.0.1:${GRAFANA_PORT}`;
    await takePictures({ inboxUrl, grafanaUrl }, console.log);
    return 0;
  },
};

/** What verdicts with `--keep` have left up, except where a command is at work. */
async function removeAllKept(): Promise<void> {
  const { removeKept, STEPS } = await import('../verify/index.ts');
  const { withLock } = await import('../learner/index.ts');
  const inTheWay: string[] = [];
  for (const id of STEPS) {
    await removeKept(join(ROOT, 'solutions', id));
    await withLock(ROOT, id, () => removeKept(join(ROOT, 'steps', id))).catch((error) =>
      inTheWay.push(error.message),
    );
  }
  for (const name of inTheWay) console.error(`${localized('Not removed', '沒有移除')}: ${name}`);
}

/** The stack file of the last solution that has one. */
async function solved(): Promise<string> {
  const { STEPS } = await import('../verify/index.ts');
  const files = STEPS.map((id) => join(ROOT, 'solutions', id, 'swarm', 'stack.yaml'));
  return files.findLast((file) => existsSync(file)) ?? '';
}
