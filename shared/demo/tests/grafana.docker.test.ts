import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { docker } from '../../engine/index.ts';
import { normalDashboard } from '../../learner/normal-dashboard.ts';
import { clone } from '../../learner/test-clone.ts';
import {
  clientOf,
  type GrafanaClient,
  openBrowser,
  type RunningGrafana,
  waitFor,
} from '../../stack/index.ts';
import { provisioningErrors } from '../../verify/expect/grafana/index.ts';
import { type DashboardFile, lookAtDashboard } from '../look-at-dashboard.ts';
import { ROOT } from '../place.ts';
import { type GrafanaToTest, grafanaToTest, needContainer, needGrafana } from './test-grafana.ts';
import { dashboards, step } from './test-queries.ts';

/** rate() needs two scrapes, 5 s apart, and a busy machine is slow. Seconds. */
const SHOWN_WITHIN = 60;
/** Pictures of each run; not committed. */
const ARTEFACTS = join(ROOT, 'artefacts');

const byTitle = dashboards.map((dashboard) => [String(dashboard.value.title), dashboard] as const);

describe('Grafana itself', () => {
  let tested: GrafanaToTest;
  let running: RunningGrafana;
  let grafana: GrafanaClient;

  beforeAll(async () => {
    tested = await grafanaToTest();
    if (!tested.running) return;
    running = tested.running;
    grafana = clientOf(running);
  });
  beforeEach((context) => needGrafana(context, tested));
  afterAll(() => tested?.stack?.takeDown());

  it('its database is healthy', async () => {
    expect(await grafana.health()).toMatchObject({ database: 'ok' });
  });

  it('its version is the pinned one', async (context) => {
    const { images } = needContainer(context, tested);
    const pinned = images.find(({ repository }) => repository === 'grafana/grafana');

    expect((await grafana.health()).version).toBe(pinned?.version);
  });

  it('Grafana refuses a request without a password', async () => {
    expect((await fetch(`${running.url}/api/search`)).status).toBe(401);
  });

  it('the data source reaches Prometheus', async () => {
    expect(await grafana.dataSourceHealth('prometheus')).toMatchObject({ status: 'OK' });
  });

  describe.each(byTitle)('with the dashboard %s', (_, { value, panels }) => {
    const uid = String(value.uid);

    it('the dashboard is what its file says', async () => {
      const sources = await grafana.dataSources();
      const opened = normalDashboard(await grafana.dashboard(uid), sources);

      // Grafana may add what the file leaves to it.
      expect(JSON.parse(opened)).toMatchObject(JSON.parse(normalDashboard(value, sources)));
    });

    it('every query of its panels gets values through Grafana', async () => {
      for (const { title, expression } of panels.flatMap(({ queries }) => queries)) {
        await waitFor({
          what: `values for the panel "${title}"`,
          withinSeconds: SHOWN_WITHIN,
          look: () => grafana.countValues('prometheus', expression, 300),
          until: (values) => values > 0,
        });
      }
    });

    it('every panel shows something in a browser', async (context) => {
      const opened = await openBrowser();
      if ('reason' in opened) return context.skip(opened.reason);
      await using browser = opened.browser;
      mkdirSync(ARTEFACTS, { recursive: true });
      const picture = join(ARTEFACTS, `${uid}.png`);
      const file = value as unknown as DashboardFile;

      expect(await lookAtDashboard(browser, running, file, picture)).toEqual([]);
    });
  });

  it('npm run export-dashboard makes a file of a dashboard that somebody built', async (context) => {
    const stack = needContainer(context, tested);
    using copy = await clone();
    const folder = join(copy.root, 'steps/03-grafana');
    cpSync(join(step.files.directory, 'secrets'), join(folder, 'secrets'), { recursive: true });
    const env = { GRAFANA_URL: await stack.url('grafana') };
    const panel = { id: 1, title: 'Up', type: 'stat', targets: [{ refId: 'A', expr: 'up' }] };
    await grafana.save({ title: 'By mouse', panels: [{ ...panel, datasource: null }] });

    const first = await copy.run(['export-dashboard', '3'], env);
    const second = await copy.run(['export-dashboard', '3'], env);

    const path = 'grafana/dashboards/by-mouse.json';
    const file = JSON.parse(readFileSync(join(folder, path), 'utf8'));
    expect(first.stdout).toMatch(new RegExp(`^ {2}new +${path} +By mouse$`, 'm'));
    expect(second.stdout).toMatch(new RegExp(`^ {2}as it was +${path} +By mouse$`, 'm'));
    expect(file).not.toHaveProperty('version');
    expect(file.panels[0].datasource).toEqual({ type: 'prometheus', uid: 'prometheus' });
  });

  it('provisioning logged no error', async (context) => {
    const log = await needContainer(context, tested).compose('logs', '--no-log-prefix', 'grafana');

    expect(provisioningErrors(log)).toEqual([]);
  });

  it('its container is as hardened as the others', async (context) => {
    const containers = await needContainer(context, tested).containers();
    const id = containers.find(({ service }) => service === 'grafana')?.id ?? '';
    const [inspected] = JSON.parse(await docker(['inspect', id]));

    expect(inspected.HostConfig).toMatchObject({ CapDrop: ['ALL'], ReadonlyRootfs: true });
    expect(inspected.HostConfig.SecurityOpt).toContain('no-new-privileges:true');
    expect(inspected.HostConfig.Memory).toBeGreaterThan(0);
    expect(await docker(['top', id, '-eo', 'pid,uid'])).not.toMatch(/\s0$/m);
  });
});
