import { parseArgs } from 'node:util';
import { asJson, type Commands, orJson } from './command.ts';

/** The finished system at work. */
export const demoCommands: Commands = {
  async demo(words, signal) {
    const { demo, describeReport } = await import('../demo/index.ts');
    const options = { once: { type: 'boolean' }, json: { type: 'boolean' } } as const;
    const { once = false, json = false } = parseArgs({ args: words, options }).values;
    const print = json ? console.error : console.log;
    const report = await demo({ once, print, signal }).catch(orJson(json));
    console.log(json ? asJson(report) : describeReport(report));
    return report.ok ? 0 : 1;
  },

  async down() {
    const { down } = await import('../demo/index.ts');
    const { removeKept } = await import('../verify/index.ts');
    await down();
    await removeKept();
    console.log('Nothing of the stack is left: containers, networks and volumes are removed.');
    return 0;
  },

  async 'dashboards:pictures'() {
    const { takePictures } = await import('../demo/index.ts');
    const { SLACK_INBOX_PORT = 8025, GRAFANA_PORT = 3000, GRAFANA_URL } = process.env;
    const inboxUrl = `http://127.0.0.1:${SLACK_INBOX_PORT}`;
    const grafanaUrl = GRAFANA_URL ?? `http://127.0.0.1:${GRAFANA_PORT}`;
    await takePictures({ inboxUrl, grafanaUrl }, console.log);
    return 0;
  },
};
