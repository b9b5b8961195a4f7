import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { docker } from '../../engine/index.ts';
import { clone } from '../../learner/test-clone.ts';
import { type GrafanaClient, type Stack, startStack, waitFor } from '../../stack/index.ts';
import { ROOT } from '../place.ts';

const SOLUTION = join(ROOT, 'solutions/05-load-test');
const DASHBOARDS = join(SOLUTION, 'grafana/dashboards');

/** rate() needs two scrapes, 5 s apart, and a busy machine is slow. Seconds. */
const SHOWN_WITHIN = 60;

interface Dashboard {
  file: string;
  uid: string;
  title: string;
  panels: { title: string; type: string; targets?: { expr: string }[] }[];
}

const dashboards: Dashboard[] = readdirSync(DASHBOARDS).map((file) => ({
  file,
  ...JSON.parse(readFileSync(join(DASHBOARDS, file), 'utf8')),
}));

const expressionsOf = ({ panels }: Dashboard) =>
  panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }): [panel: string, expression: string] => [title, expr]),
  );

describe('The dashboards', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ directory: SOLUTION });
    const app = await stack.url('app');
    for (const path of ['/', '/slow', '/fail', '/nowhere']) await fetch(`${app}${path}`);
  });
  afterAll(() => stack?.takeDown());

  describe.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    'of %s',
    (_, dashboard) => {
      it.each(expressionsOf(dashboard))(
        'When Prometheus is asked what "%s" shows, then it has numbers',
        async (_, expr) => {
          // Grafana fills this in: four times the scrape interval.
          const expression = expr.replaceAll('$__rate_interval', '20s');

          const answer = await waitFor({
            what: `an answer to ${expression}`,
            withinSeconds: SHOWN_WITHIN,
            look: () => stack.prometheus.query(expression),
            until: (series) => series.length > 0,
          });

          const numbers = answer.map(({ value: [, number] }) => Number(number));
          expect(numbers.filter((number) => !Number.isFinite(number))).toEqual([]);
        },
      );
    },
  );

  describe('in Grafana', () => {
    let grafana: GrafanaClient;

    beforeEach(async (context) => {
      skipWithoutGrafana(stack, context);
      grafana = await stack.grafana(join(SOLUTION, 'secrets'));
    });

    it('When its health is asked, then it is the pinned version', async () => {
      const pinned = stack.images.find(({ repository }) => repository === 'grafana/grafana');

      expect(await grafana.health()).toMatchObject({ database: 'ok', version: pinned?.version });
    });

    it('When somebody asks without a password, then Grafana refuses', async () => {
      const answer = await fetch(`${await stack.url('grafana')}/api/search`);

      expect(answer.status).toBe(401);
    });

    it('When the data source is tested, then it reaches Prometheus', async () => {
      expect(await grafana.dataSourceHealth('prometheus')).toMatchObject({ status: 'OK' });
    });

    it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
      'When the dashboard "%s" is opened, then it has the panels of its file and each gets values',
      async (title, dashboard) => {
        const opened = await grafana.dashboard(dashboard.uid);

        expect(opened.title).toBe(title);
        expect((opened.panels as Dashboard['panels']).map((panel) => panel.title)).toEqual(
          dashboard.panels.map((panel) => panel.title),
        );
        for (const [panel, expression] of expressionsOf(dashboard)) {
          await waitFor({
            what: `values for the panel "${panel}"`,
            withinSeconds: SHOWN_WITHIN,
            look: () => grafana.countValues('prometheus', expression, 300),
            until: (values) => values > 0,
          });
        }
      },
    );

    it('When somebody has built a dashboard, then npm run export-dashboard makes a file of it', async () => {
      using copy = await clone();
      const step = join(copy.root, 'steps/03-grafana');
      cpSync(join(SOLUTION, 'secrets'), join(step, 'secrets'), { recursive: true });
      const env = { GRAFANA_URL: await stack.url('grafana') };
      const panel = { id: 1, title: 'Up', type: 'stat', targets: [{ refId: 'A', expr: 'up' }] };
      await grafana.save({ title: 'By mouse', panels: [{ ...panel, datasource: null }] });

      const first = await copy.run(['export-dashboard', '3'], { env });
      const second = await copy.run(['export-dashboard', '3'], { env });

      const path = 'grafana/dashboards/by-mouse.json';
      const file = JSON.parse(readFileSync(join(step, path), 'utf8'));
      expect(first.stdout).toMatch(new RegExp(`^ {2}new +${path} +By mouse$`, 'm'));
      expect(second.stdout).toMatch(new RegExp(`^ {2}as it was +${path} +By mouse$`, 'm'));
      expect(file).not.toHaveProperty('version');
      expect(file.panels[0].datasource).toEqual({ type: 'prometheus', uid: 'prometheus' });
    });

    it('When its log is read, then provisioning reported no error', async () => {
      const log = await stack.compose('logs', '--no-log-prefix', 'grafana');

      expect(log.split('\n').filter((line) => /level=error.*provision/i.test(line))).toEqual([]);
    });

    it('When its container is inspected, then it is as hardened as the others', async () => {
      const id = (await stack.containers()).find(({ service }) => service === 'grafana')?.id ?? '';
      const [inspected] = JSON.parse(await docker(['inspect', id]));

      expect(inspected.HostConfig).toMatchObject({ CapDrop: ['ALL'], ReadonlyRootfs: true });
      expect(inspected.HostConfig.SecurityOpt).toContain('no-new-privileges:true');
      expect(inspected.HostConfig.Memory).toBeGreaterThan(0);
      expect(await docker(['top', id, '-eo', 'pid,uid'])).not.toMatch(/\s0$/m);
    });
  });
});

/** Nothing imitates Grafana: where its image cannot be had its tests are skipped, or fail when it is required. */
function skipWithoutGrafana(stack: Stack, context: TestContext): void {
  const reason = stack.leftOut.get('grafana');
  if (reason === undefined) return;
  if (process.env.REQUIRE_GRAFANA === '1') throw new Error(`Grafana is required, but ${reason}`);
  context.skip(`Grafana's image cannot be had: ${reason}`);
}
