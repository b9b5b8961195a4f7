// What must be true of step 3. `npm run verify:step-3` runs these checks and reports; learners may read along.
import { join } from 'node:path';
import {
  askPanels,
  atGoodMoment,
  byStatusCode,
  containerFolder,
  type Dashboard,
  dashboardFiles,
  expectDashboardKeys,
  expectKnownNames,
  expectProvisioningKeys,
  filesIn,
  filledIn,
  hostPath,
  isReadAs,
  isRecord,
  knownMetrics,
  metricsIn,
  type Panel,
  prometheusSource,
  provisioned,
  readDashboards,
  requestsOfApp,
  type Shown,
  sendKnownTraffic,
  showsMemory,
  showsShare,
  showsSum,
  syntaxError,
  UNIT,
  windowsIn,
} from '../../verify/expect/grafana/index.ts';
import {
  expectHealthcheck,
  expectPort,
  expectSecretsFirst,
  expectShared,
} from '../../verify/expect/index.ts';
import {
  CheckSkipped,
  durationOf,
  expectThat,
  fail,
  type StepUnderTest,
  settingsOf,
} from '../../verify/files/index.ts';
import { defineStep } from '../../verify/runner/index.ts';

const PASSWORD_FILE = 'secrets/grafana/admin_password';

/** Metrics that exist once there are rules and an Alertmanager: in step 4. */
const OF_STEP_4 = /^(ALERTS|ALERTS_FOR_STATE|prometheus_(rule|notifications)_\w+)$/;

/** Grafana's own data sources, such as the one that keeps annotations. */
const BUILT_IN = /^(-- (Grafana|Mixed|Dashboard) --|grafana|default)$/;

export default defineStep({
  id: '03-grafana',
  title: 'Look instead of read',
  services: ['app', 'prometheus', 'grafana'],
  quickScrapes: true,
  checks: [
    {
      id: 'compose.file',
      title: 'The compose file can be read',
      kind: 'static',
      run: (step) => void step.compose(),
    },
    {
      id: 'grafana.image',
      title: 'There is a service grafana, with an exact version of its image',
      kind: 'static',
      task: 1,
      needs: ['compose.file'],
      run(step) {
        const grafana = step.compose().service('grafana');
        const image = String(grafana.get('image') ?? 'no image');
        if (/grafana.*(:v?\d+\.\d+\.\d+|@sha256:)/.test(image)) return;
        fail({
          expected: 'image: grafana/grafana:12.4.14, or another exact version',
          actual: image,
          where: grafana.where('image'),
          hint: 'Without an exact tag, the next download may bring another version than the one you tested.',
        });
      },
    },
    {
      id: 'grafana.password',
      title: "Grafana's admin password comes from a file",
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run(step) {
        const { environment, where } = step.compose().service('grafana');
        const expected = 'GF_SECURITY_ADMIN_PASSWORD__FILE, with a path in the container';
        expectThat(environment.GF_SECURITY_ADMIN_PASSWORD === undefined, {
          expected,
          actual: 'GF_SECURITY_ADMIN_PASSWORD, with the password itself',
          where: where('environment', 'GF_SECURITY_ADMIN_PASSWORD'),
          hint: 'The compose file is committed, so everybody who may read it would know the password. Grafana reads any setting from a file when __FILE follows its name.',
        });
        const path = environment.GF_SECURITY_ADMIN_PASSWORD__FILE;
        expectThat(path, {
          expected,
          actual: 'no password is set, so it is admin',
          where: where('environment'),
          hint: 'Everybody knows the password that Grafana begins with. It takes another one from a file that a setting names.',
        });
        const onHost = secretOf(step, path);
        expectThat(onHost === PASSWORD_FILE || (onHost && step.files.exists(onHost)), {
          expected: `${path} to be ${PASSWORD_FILE}, through a mount`,
          actual: onHost ? `it is ${onHost}, which nobody writes` : 'nothing is mounted there',
          where: where('environment', 'GF_SECURITY_ADMIN_PASSWORD__FILE'),
          hint: 'A container sees only what is mounted into it, and sees it under the path on the right of the colon.',
        });
      },
    },
    {
      id: 'grafana.closed',
      title: 'Nobody gets into Grafana without an account, or makes one',
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run(step) {
        const { environment, where } = step.compose().service('grafana');
        for (const name of ['GF_AUTH_ANONYMOUS_ENABLED', 'GF_USERS_ALLOW_SIGN_UP']) {
          expectThat(environment[name] !== 'true', {
            expected: `${name}: "false"`,
            actual: `${name}: "true"`,
            where: where('environment', name),
            hint: 'Who can see dashboards can also ask the data source anything. Let people in by an account.',
          });
        }
      },
    },
    {
      id: 'grafana.port',
      title: "Grafana's port 3000 is open to this machine only",
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run: (step) => expectPort(step.compose().service('grafana'), 3000, 'GRAFANA_PORT'),
    },
    {
      id: 'grafana.storage',
      title: 'What Grafana stores is on a named volume',
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run(step) {
        const compose = step.compose();
        const { mounts, where } = compose.service('grafana');
        const mount = mounts.find(({ target }) => target === '/var/lib/grafana');
        if (mount && compose.volumes.includes(mount.source)) return;
        fail({
          expected: 'a volume that is declared below volumes:, mounted at /var/lib/grafana',
          actual: mount
            ? `${mount.source || 'a volume without a name'} at /var/lib/grafana; declared: ${compose.volumes.join(', ') || 'none'}`
            : 'nothing mounted at /var/lib/grafana',
          where: mount?.where ?? where('volumes'),
          hint: 'A container is thrown away with all it wrote. A named volume stays: here users, stars and dashboards in the making.',
        });
      },
    },
    {
      id: 'grafana.shared',
      title: 'Grafana takes over what all services share',
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run: (step) => expectShared(step.compose().service('grafana')),
    },
    {
      id: 'grafana.tmp',
      title: 'Grafana may write to /tmp',
      kind: 'static',
      task: 1,
      needs: ['grafana.shared'],
      run(step) {
        const grafana = step.compose().service('grafana');
        const folders = [
          ...[grafana.get('tmpfs') ?? []].flat().map((it) => String(it).split(':')[0]),
          ...grafana.mounts.filter(({ readOnly }) => !readOnly).map(({ target }) => target),
        ];
        expectThat(folders.includes('/tmp'), {
          expected: 'tmpfs: [/tmp]',
          actual: `it may write to ${folders.join(', ') || 'nothing'}`,
          where: grafana.where('tmpfs'),
          hint: 'With read_only a container can write only where something is mounted. A tmpfs is a folder in memory, which is gone with the container.',
        });
      },
    },
    {
      id: 'grafana.healthcheck',
      title: 'Docker is told how to ask whether Grafana works',
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run: (step) =>
        expectHealthcheck(
          step.compose().service('grafana'),
          'Grafana needs some seconds to start. Without a healthcheck it counts as fine from the first moment.',
        ),
    },
    {
      id: 'grafana.waits',
      title: 'Grafana waits until its password is written',
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run(step) {
        expectSecretsFirst(step.compose(), 'grafana', 'the password file');
      },
    },
    {
      id: 'grafana.provisioning',
      title: 'The provisioning files are mounted where Grafana reads them',
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run(step) {
        const grafana = step.compose().service('grafana');
        for (const kind of ['datasources', 'dashboards'] as const) {
          const path = containerFolder(grafana, kind);
          const below = grafana.mounts.find(({ target }) => target.startsWith(`${path}/`));
          const onHost = hostPath(grafana, below?.target ?? path);
          const mount = grafana.mounts.find(({ source }) => onHost && source.includes(onHost));
          expectThat(onHost, {
            expected: `grafana/provisioning/${kind} mounted at ${path}`,
            actual: `mounted are ${grafana.mounts.map(({ target }) => target).join(', ') || 'no folders'}`,
            where: grafana.where('volumes'),
            hint: 'Grafana looks for provisioning files in one folder of its container, and says nothing when that is empty.',
          });
          const usual = onHost === `grafana/provisioning/${kind}` && step.files.exists(onHost);
          expectThat(usual || filesIn(step, onHost, /\.ya?ml$/).length > 0, {
            expected: `YAML files in ${onHost}`,
            actual: step.files.exists(onHost) ? 'none' : 'no such folder',
            where: mount?.where ?? grafana.where('volumes'),
            hint: 'Docker makes an empty folder where the left side of a mount does not exist. Look for a typo.',
          });
        }
      },
    },
    {
      id: 'grafana.read-only',
      title: 'Grafana can only read the files that are mounted into it',
      kind: 'static',
      task: 1,
      needs: ['grafana.image'],
      run(step) {
        const { mounts } = step.compose().service('grafana');
        const writable = mounts.find(
          ({ source, target, readOnly }) =>
            source.startsWith('.') && target !== '/var/lib/grafana' && !readOnly,
        );
        expectThat(!writable, {
          expected: 'the mount to be read-only',
          actual: `${writable?.source} can be written to`,
          where: writable?.where ?? '',
          hint: 'Grafana only reads these files. What cannot write to them cannot damage them.',
        });
      },
    },
    {
      id: 'datasource.file',
      title: 'A provisioning file describes the data source',
      kind: 'static',
      task: 2,
      needs: ['compose.file'],
      run: (step) => void provisioned(step, 'datasources'),
    },
    {
      id: 'datasource.keys',
      title: 'Grafana knows every key in the file of the data source',
      kind: 'static',
      task: 2,
      needs: ['datasource.file'],
      run: (step) => expectProvisioningKeys(step, 'datasources'),
    },
    {
      id: 'datasource.type',
      title: 'The data source is of the type prometheus',
      kind: 'static',
      task: 2,
      needs: ['datasource.keys'],
      run(step) {
        const { value, where } = prometheusSource(step);
        expectThat(value.type === 'prometheus', {
          expected: 'type: prometheus',
          actual: `type: ${value.type ?? 'missing'}`,
          where: where('type'),
          hint: 'The type is the name of the plugin that speaks the server’s language. Each server has its own.',
        });
      },
    },
    {
      id: 'datasource.uid',
      title: 'The data source has the uid prometheus',
      kind: 'static',
      task: 2,
      needs: ['datasource.type'],
      run(step) {
        const { value, where } = prometheusSource(step);
        expectThat(value.uid === 'prometheus', {
          expected: 'uid: prometheus',
          actual: `uid: ${value.uid ?? 'missing, so Grafana makes one up'}`,
          where: where('uid'),
          hint: 'Dashboards name their data source by its uid. Only a fixed one is the same on every machine.',
        });
      },
    },
    {
      id: 'datasource.url',
      title: "Grafana's data source points at Prometheus",
      kind: 'static',
      task: 2,
      needs: ['datasource.type'],
      run(step) {
        const { value, where } = prometheusSource(step);
        const expected = 'http://prometheus:9090';
        expectThat(String(value.url).replace(/\/$/, '') === expected, {
          expected,
          actual: `${value.url ?? 'no url'}`,
          where: where('url'),
          hint: 'Grafana asks from inside its container. There a service is reached by its service name and its container port; localhost is the container itself.',
        });
        expectThat(value.access !== 'direct', {
          expected: 'access: proxy',
          actual: 'access: direct',
          where: where('access'),
          hint: 'direct lets the browser ask, and a browser does not know the names of the compose network.',
        });
      },
    },
    {
      id: 'datasource.default',
      title: 'Exactly one data source is the default',
      kind: 'static',
      task: 2,
      needs: ['datasource.keys'],
      run(step) {
        const sources = provisioned(step, 'datasources');
        const defaults = sources.filter(({ value }) => value.isDefault === true);
        if (defaults.length === 1) return;
        const names = defaults.map(({ value }) => String(value.name)).join(' and ');
        fail({
          expected: 'isDefault: true for one data source',
          actual: names ? `for ${defaults.length}: ${names}` : 'for none',
          where: (defaults[1] ?? sources[0])?.where('isDefault') ?? '',
          hint: 'New panels begin with the default data source, so there must be one, and only one: with two Grafana refuses to start.',
        });
      },
    },
    {
      id: 'datasource.interval',
      title: 'The data source knows how often Prometheus collects',
      kind: 'static',
      task: 2,
      needs: ['datasource.keys'],
      run(step) {
        const { value, where } = prometheusSource(step);
        const { timeInterval } = isRecord(value.jsonData) ? value.jsonData : {};
        const interval = scrapeInterval(step);
        expectThat(durationOf(timeInterval) === interval, {
          expected: `jsonData: with timeInterval: ${interval}s, the scrape interval of Prometheus`,
          actual:
            timeInterval === undefined
              ? 'no timeInterval, so Grafana assumes 15s'
              : `timeInterval: ${timeInterval}`,
          where: where('jsonData', 'timeInterval'),
          hint: 'Grafana fills in four times this interval for $__rate_interval. A rate over less than two scrapes has no answer; one over many hides what is short.',
        });
      },
    },
    {
      id: 'provider.file',
      title: 'A provisioning file describes where dashboards come from',
      kind: 'static',
      task: 3,
      needs: ['compose.file'],
      run(step) {
        for (const { value, where } of provisioned(step, 'dashboards')) {
          const path = isRecord(value.options) ? value.options.path : undefined;
          expectThat(value.type === undefined || value.type === 'file', {
            expected: 'type: file',
            actual: `type: ${value.type}`,
            where: where('type'),
            hint: 'Grafana can make dashboards from files only.',
          });
          expectThat(typeof path === 'string' && path, {
            expected: 'options: with a path: in it',
            actual: value.path ? 'path: beside options:, not in it' : 'no path',
            where: where(value.path ? 'path' : 'options'),
            hint: 'The path is one of the options, so it stands below options: and two spaces further right.',
          });
        }
      },
    },
    {
      id: 'provider.keys',
      title: 'Grafana knows every key in the file of the provider',
      kind: 'static',
      task: 3,
      needs: ['provider.file'],
      run: (step) => expectProvisioningKeys(step, 'dashboards'),
    },
    {
      id: 'provider.path',
      title: 'The dashboards are mounted at the path that the provider reads',
      kind: 'static',
      task: 3,
      needs: ['grafana.image', 'provider.keys'],
      run(step) {
        const grafana = step.compose().service('grafana');
        for (const { value, where } of provisioned(step, 'dashboards')) {
          const path = String((value.options as { path: string }).path);
          const onHost = hostPath(grafana, path);
          if (onHost && filesIn(step, onHost, /\.json$/).length > 0) continue;
          fail({
            expected: 'a path at which docker-compose.yaml mounts dashboards',
            actual: onHost ? `${path}, which is ${onHost}: no JSON files` : `${path}: not mounted`,
            where: where('options', 'path'),
            hint: 'The path is one in the container: the right side of a mount. Both files must say the same.',
          });
        }
      },
    },
    {
      id: 'dashboards.json',
      title: 'Every dashboard is JSON that parses',
      kind: 'static',
      task: 4,
      needs: ['compose.file'],
      run: (step) => void readDashboards(step),
    },
    {
      id: 'dashboards.classic',
      title: 'Every dashboard is in the classic format, with a title and panels',
      kind: 'static',
      task: 4,
      needs: ['dashboards.json'],
      run(step) {
        for (const { value, where } of readDashboards(step)) {
          const format = formatOf(value);
          if (format === 'classic') continue;
          fail({
            expected: 'the classic format: uid, title and panels at the top',
            actual: format,
            where: where(Object.keys(value)[0] ?? ''),
            hint: 'A provisioned file holds the dashboard alone. In Grafana, choose Classic when you export it as JSON.',
          });
        }
      },
    },
    {
      id: 'dashboards.uid',
      title: 'Every dashboard has a uid of its own',
      kind: 'static',
      task: 4,
      needs: ['dashboards.classic'],
      run(step) {
        const taken = new Map<unknown, string>();
        for (const { path, value, where } of readDashboards(step)) {
          const first = taken.get(value.uid);
          expectThat(typeof value.uid === 'string' && value.uid && !first, {
            expected: 'a uid that no other dashboard has',
            actual: first ? `"${value.uid}", which ${first} has` : 'no uid',
            where: where('uid'),
            hint: "The uid is the dashboard's address: /d/<uid>. Of two with the same one Grafana shows only one.",
          });
          taken.set(value.uid, path);
        }
      },
    },
    {
      id: 'dashboards.web',
      title: 'There is a dashboard about the web service',
      kind: 'static',
      task: 4,
      needs: ['dashboards.uid'],
      run(step) {
        if (readDashboards(step).some(({ own }) => own)) return;
        const { folder, files } = dashboardFiles(step);
        fail({
          expected: 'a dashboard beside the one about Prometheus',
          actual: files.join(', ') || 'no dashboards',
          where: `${folder}/web.json (missing)`,
          hint: 'Build it in Grafana with the mouse, then save its JSON as this file; or write the file by hand.',
        });
      },
    },
    {
      id: 'panels.ids',
      title: 'No two panels of a dashboard have the same id',
      kind: 'static',
      task: 4,
      needs: ['dashboards.classic'],
      run(step) {
        for (const { panels } of readDashboards(step)) {
          const taken = new Map<unknown, string>();
          for (const { value, title, where } of panels) {
            const first = value.id === undefined ? undefined : taken.get(value.id);
            expectThat(!first, {
              expected: `an id of its own for "${title}"`,
              actual: `${value.id}, which "${first}" has`,
              where: where('id'),
              hint: 'Links and alerts name a panel by its id. A copied panel needs a new one.',
            });
            taken.set(value.id, title);
          }
        }
      },
    },
    {
      id: 'panels.kind',
      title: 'Every panel has its type and its unit where Grafana reads them',
      kind: 'static',
      task: 4,
      needs: ['dashboards.classic'],
      run(step) {
        for (const { title, value, where } of panelsOf(step)) {
          expectThat(/^[a-z][a-z0-9-]*$/.test(String(value.type)), {
            expected: `the type of "${title}" as Grafana spells it, such as timeseries or stat`,
            actual: value.type === undefined ? 'no type' : `"${value.type}"`,
            where: where('type'),
            hint: 'In the file a panel is of the type timeseries; on the page it is called Time series.',
          });
          expectThat(value.unit === undefined, {
            expected: `"fieldConfig": { "defaults": { "unit": "${value.unit}" } } in "${title}"`,
            actual: `"unit": "${value.unit}" beside the title`,
            where: where('unit'),
            hint: 'Grafana ignores a key that it does not know, so the panel is drawn without its unit.',
          });
        }
      },
    },
    {
      id: 'dashboards.keys',
      title: 'Grafana knows every key of every dashboard',
      kind: 'static',
      task: 4,
      needs: ['panels.kind'],
      run: expectDashboardKeys,
    },
    {
      id: 'panels.names',
      title: 'Grafana has every unit, calculation and time range',
      kind: 'static',
      task: 4,
      needs: ['dashboards.keys'],
      run: expectKnownNames,
    },
    {
      id: 'panels.grid',
      title: 'Panels do not overlap, and stay within the grid',
      kind: 'static',
      task: 4,
      needs: ['dashboards.classic'],
      run(step) {
        for (const { panels } of readDashboards(step)) {
          for (const [index, panel] of panels.entries()) {
            const { x, y, w, h } = placeOf(panel);
            const place = `${isRecord(panel.value.gridPos) ? '' : 'no gridPos, so '}x ${x}, y ${y}, w ${w}, h ${h}`;
            const hidden = panels.slice(0, index).find((other) => overlap(panel, other));
            expectThat(!hidden, {
              expected: `free space for "${panel.title}"`,
              actual: `${place}: over "${hidden?.title}"`,
              where: panel.where('gridPos'),
              hint: 'A dashboard is a grid of 24 columns. "gridPos" says where a panel is: x and y are its upper left corner, w and h how wide and high it is.',
            });
            expectThat(x + w <= 24, {
              expected: `"${panel.title}" to end at column 24`,
              actual: `x ${x} and w ${w}: it ends at column ${x + w}`,
              where: panel.where('gridPos'),
              hint: 'A dashboard is a grid of 24 columns, whatever the size of the screen.',
            });
          }
        }
      },
    },
    {
      id: 'panels.queries',
      title: 'Every panel asks something',
      kind: 'static',
      task: 4,
      needs: ['dashboards.classic'],
      run(step) {
        for (const { title, needsQuery, queries, value, where } of panelsOf(step)) {
          const other = JSON.stringify(value.targets ?? []).match(/-- Dashboard --|queryType/);
          expectThat(!needsQuery || queries.length > 0 || other, {
            expected: `a query in "${title}": targets with an expr`,
            actual: Array.isArray(value.targets) ? 'no target with an expr' : 'no targets',
            where: where('targets'),
            hint: 'A target is one query of a panel. Its expr is the PromQL expression whose answer is drawn.',
          });
        }
      },
    },
    {
      id: 'panels.data-source',
      title: 'Every panel names a data source that exists',
      kind: 'static',
      task: 4,
      needs: ['dashboards.classic', 'datasource.uid'],
      run(step) {
        const known = provisioned(step, 'datasources').flatMap(({ value }) => [
          value.uid,
          value.name,
        ]);
        for (const dashboard of readDashboards(step)) {
          const variables = dataSourceVariables(dashboard);
          for (const { title, where, reference } of references(dashboard)) {
            if (reference === undefined || reference === null || BUILT_IN.test(String(reference)))
              continue;
            expectThat(known.includes(reference) || variables.includes(String(reference)), {
              expected: `${title} to name the uid prometheus`,
              actual: `"${reference}"`,
              where,
              hint: 'A panel finds its data source by the uid that the provisioning file gives it. Upper and lower case count.',
            });
          }
        }
      },
    },
    {
      id: 'panels.rate',
      title: 'What is shown as "per second" is a rate',
      kind: 'static',
      task: 4,
      needs: ['panels.queries'],
      run(step) {
        for (const { title, unit, queries } of panelsOf(step)) {
          if (!/ps$/.test(unit)) continue;
          const raw = queries.find(({ expression }) => isRawCounter(expression));
          expectThat(!raw, {
            expected: `rate() around the counter in "${title}"`,
            actual: `${raw?.expression} with the unit ${unit}`,
            where: raw?.where ?? '',
            hint: 'A counter only grows. rate() makes "per second" of it, averaged over the time in brackets.',
          });
        }
      },
    },
    {
      id: 'panels.window',
      title: 'Every rate looks back over two scrapes at least',
      kind: 'static',
      task: 4,
      needs: ['panels.queries', 'datasource.interval'],
      run(step) {
        const least = 2 * scrapeInterval(step);
        for (const { query, expression } of queriesOf(step)) {
          const window = windowsIn(expression).find((seconds) => seconds < least);
          expectThat(window === undefined, {
            expected: `at least ${least} s in the brackets of "${query.title}"`,
            actual: `${window} s`,
            where: query.where,
            hint: 'A rate is computed from two scrapes or more; from one there is no answer.',
          });
        }
      },
    },
    {
      id: 'queries.understood',
      title: 'Prometheus understands every query, with the variables filled in',
      kind: 'live',
      task: 4,
      async run(step) {
        for (const { query, expression } of queriesOf(step)) {
          const error = await syntaxError(step, expression);
          expectThat(!error, {
            expected: `PromQL in "${query.title}"`,
            actual: `${expression}\n${error}`,
            where: query.where,
            hint: 'Prometheus says at which line and character it stopped reading. Paste the expression into http://localhost:9090 and mend it there.',
          });
        }
      },
    },
    {
      id: 'traffic.seen',
      title: 'Prometheus collects known traffic from the app',
      kind: 'live',
      async run(step) {
        await sendKnownTraffic(step).catch(async (error: Error) => {
          if ((await requestsOfApp(step)) === 0) {
            const time = await step.stack.prometheus.now();
            await refuseUnknown(step, await knownMetrics(step, time));
          }
          fail({
            expected: 'every request in http_requests_total{job="web"}',
            actual: error.message,
            where: step.files.find('prometheus/prometheus.yaml', /job_name:\s*["']?web/),
            hint: 'This worked in step 2: http://localhost:9090/targets says which target is down, and why.',
          });
        });
        const total = await requestsOfApp(step);
        const seen = await atGoodMoment(step, async (time) => ({
          panels: await askPanels(step, time),
          metrics: await knownMetrics(step, time),
        }));
        shown.set(step, { ...seen, total });
      },
    },
    {
      id: 'queries.metrics',
      title: 'Every metric that a panel asks for exists',
      kind: 'live',
      task: 4,
      needs: ['traffic.seen', 'queries.understood'],
      run: (step) => refuseUnknown(step, shown.get(step)?.metrics ?? []),
    },
    {
      id: 'queries.data',
      title: 'Every panel shows data',
      kind: 'live',
      task: 4,
      needs: ['queries.metrics'],
      async run(step) {
        for (const { dashboard, panel, answers } of shown.get(step)?.panels ?? []) {
          if (panel.queries.length === 0 || answers.some((series) => series.length > 0)) continue;
          const asked = panel.queries.map((query) => filledIn(step, query, dashboard));
          const names = (await Promise.all(asked.map((text) => metricsIn(step, text)))).flat();
          expectThat(
            names.some((name) => OF_STEP_4.test(name)),
            {
              expected: `numbers in "${panel.title}"`,
              actual: `no data for ${asked[0]}`,
              where: panel.queries[0]?.where ?? '',
              hint: 'No series has all the labels in braces. Ask http://localhost:9090 for the metric alone: it shows which labels there are.',
            },
          );
        }
      },
    },
    {
      id: 'web.requests',
      title: 'A panel shows requests per second by status code',
      kind: 'live',
      task: 4,
      needs: ['queries.data'],
      run(step) {
        const panels = ownPanels(step);
        if (panels.some((panel) => byStatusCode(panel) === 'per second')) return;
        const count = panels.find((panel) => byStatusCode(panel) === 'count');
        fail({
          expected: `per second, one line for each status code: ${TRAFFIC}`,
          actual: count
            ? `"${count.panel.title}" shows how many, not how many per second`
            : 'no panel shows these lines',
          where: count?.panel.queries[0]?.where ?? endOf(panels),
          hint: 'rate() makes "per second" of a counter; sum by (a label) leaves one line for each value of that label.',
        });
      },
    },
    {
      id: 'web.errors',
      title: 'A panel shows the share of requests that failed',
      kind: 'live',
      task: 4,
      needs: ['queries.data'],
      run(step) {
        const panels = ownPanels(step);
        const right = panels.filter((panel) => showsShare(panel, 0.3));
        const misread = right.find((panel) => !isReadAs(panel, 0.3));
        expectThat(!misread, {
          expected: '0.3 with the unit percentunit, or 30 with the unit percent',
          actual: `the unit ${misread?.panel.unit} in "${misread?.panel.title}"`,
          where: misread?.panel.where('fieldConfig', 'defaults', 'unit') ?? '',
          hint: 'Grafana has two percent units: percentunit for shares from 0 to 1, and percent for 0 to 100.',
        });
        if (right.length > 0) return;
        const zero = panels.find((panel) => showsShare(panel, 0));
        expectThat(!zero, {
          expected: `0.3, after ${TRAFFIC}`,
          actual: `"${zero?.panel.title}" shows 0`,
          where: zero?.panel.queries[0]?.where ?? '',
          hint: 'A label that does not exist, or has another value, matches nothing, and `or vector(0)` makes 0 of nothing. Which labels are there? Ask for http_requests_total alone.',
        });
        const others = { 0.4: 'status 400 to 499 counts, too', 0.5: 'failed by successful ones' };
        const [wrong, meaning] =
          Object.entries(others)
            .map(([share, text]) => [panels.find((it) => showsShare(it, +share)), text] as const)
            .find(([panel]) => panel) ?? [];
        fail({
          expected: `0.3, after ${TRAFFIC}`,
          actual: wrong
            ? `"${wrong.panel.title}" shows something else: ${meaning}`
            : 'no panel shows it',
          where: wrong?.panel.queries[0]?.where ?? endOf(panels),
          hint: 'The error ratio is the rate of the requests with status 500 to 599, divided by the rate of all requests.',
        });
      },
    },
    {
      id: 'web.total',
      title: 'A panel shows how many requests were answered in total',
      kind: 'live',
      task: 4,
      needs: ['queries.data'],
      run(step) {
        const panels = ownPanels(step);
        if (panels.some((panel) => showsSum(panel, shown.get(step)?.total ?? 0))) return;
        fail({
          expected: 'the number of all requests since the app started',
          actual: 'no panel shows it',
          where: endOf(panels),
          hint: 'http_requests_total has one series for each method, route and status code. Their sum is all requests.',
        });
      },
    },
    {
      id: 'web.memory',
      title: "A panel shows the app's memory",
      kind: 'live',
      task: 4,
      needs: ['queries.data'],
      run(step) {
        const panels = ownPanels(step);
        if (panels.some(showsMemory)) return;
        fail({
          expected: 'the resident memory of the job web',
          actual: 'no panel shows it',
          where: endOf(panels),
          hint: 'The default metrics of step 1 have it: a metric whose name begins with process_ and ends with _bytes.',
        });
      },
    },
    {
      id: 'grafana.dashboards',
      title: 'Grafana runs, asks for a password and has every dashboard',
      kind: 'live',
      task: 4,
      asks: ['grafana'],
      async run(step) {
        const grafana = await grafanaOf(step);
        const { database } = await grafana.health();
        const stranger = await fetch(`${await step.stack.url('grafana')}/api/search`);
        expectThat(database === 'ok' && stranger.status === 401, {
          expected: 'database ok, and 401 for somebody without a password',
          actual: `database ${database}, and ${stranger.status}`,
          where: step.compose().service('grafana').where('environment'),
          hint: 'Nothing but an account may open the door.',
        });
        for (const { path, value, panels } of readDashboards(step)) {
          const found = await grafana.dashboard(String(value.uid)).catch(() => undefined);
          const count = Array.isArray(found?.panels) ? found.panels.length : 0;
          const wanted = panels.filter(({ row }) => row === '').length;
          expectThat(found?.title === value.title && count === wanted, {
            expected: `the dashboard "${value.title}" with ${wanted} panels`,
            actual: found ? `"${found.title}" with ${count} panels` : 'no such dashboard',
            where: path,
            hint: 'Grafana says in its log why it refused a file: docker compose logs grafana | grep error',
          });
        }
        const log = await step.stack.compose('logs', '--no-log-prefix', 'grafana');
        const error = log.split('\n').find((line) => /level=error.*provision/i.test(line));
        expectThat(!error, {
          expected: 'no provisioning error in the log',
          actual: error?.replace(/^.*?msg=/, '') ?? '',
          where: step.compose().service('grafana').where('volumes'),
          hint: 'The message names the file. After an edit of it: docker compose restart grafana',
        });
      },
    },
    {
      id: 'grafana.panels',
      title: 'Grafana reaches Prometheus and every panel gets its numbers',
      kind: 'live',
      task: 2,
      needs: ['queries.data'],
      async run(step) {
        const grafana = await grafanaOf(step);
        const health = await grafana.dataSourceHealth('prometheus').catch(() => undefined);
        expectThat(health?.status === 'OK', {
          expected: 'the data source to say that it works',
          actual: health?.message ?? 'it does not',
          where: prometheusSource(step).where('url'),
          hint: 'In Grafana: Connections, Data sources, Prometheus, Test. It says what is in the way.',
        });
        for (const { panel, answers } of shown.get(step)?.panels ?? []) {
          for (const [index, query] of panel.queries.entries()) {
            if (answers[index]?.length === 0) continue;
            const values = await grafana.countValues('prometheus', query.expression, 300);
            expectThat(values > 0, {
              expected: `numbers in "${panel.title}"`,
              actual: `none for ${query.expression}`,
              where: query.where,
              hint: 'Prometheus has numbers for it, Grafana shows none: look at the variables, which begin with $.',
            });
          }
        }
      },
    },
  ],
});

const TRAFFIC = Object.entries(UNIT)
  .map(([code, count]) => `${10 * count} % ${code}`)
  .join(', ');

/** What there was to see after the known traffic, for the checks that follow. */
const shown = new WeakMap<StepUnderTest, { panels: Shown[]; metrics: string[]; total: number }>();

const ownPanels = (step: StepUnderTest): Shown[] =>
  (shown.get(step)?.panels ?? []).filter(({ dashboard }) => dashboard.own);

const endOf = (panels: Shown[]): string => panels[0]?.dashboard.where('panels') ?? '';

const panelsOf = (step: StepUnderTest): Panel[] =>
  readDashboards(step).flatMap(({ panels }) => panels);

/** In seconds. Prometheus collects once a minute when nobody says how often. */
const scrapeInterval = (step: StepUnderTest): number =>
  durationOf(
    settingsOf(step, 'prometheus', '/etc/prometheus/prometheus.yml').file.get([
      'global',
      'scrape_interval',
    ]) ?? '1m',
  );

/** Every query of every panel, annotation and variable, and what Prometheus is asked. */
const queriesOf = (step: StepUnderTest) =>
  readDashboards(step).flatMap((dashboard) =>
    [...dashboard.panels.flatMap(({ queries }) => queries), ...dashboard.others].map((query) => ({
      query,
      expression: filledIn(step, query, dashboard),
    })),
  );

/** @throws CheckFailure at the first query that asks for a metric which is not among the known ones */
async function refuseUnknown(step: StepUnderTest, known: string[]): Promise<void> {
  for (const { query, expression } of queriesOf(step)) {
    const unknown = (await metricsIn(step, expression)).find(
      (name) => !known.includes(name) && !OF_STEP_4.test(name),
    );
    expectThat(!unknown, {
      expected: `a metric that exists, in "${query.title}"`,
      actual: `${unknown}, which no target sends\nasked: ${expression}`,
      where: query.where,
      hint: 'Prometheus answers a question about an unknown metric with nothing, not with an error. Its own page completes names while you type. Or does the app no longer count it?',
    });
  }
}

/** The file behind a path in Grafana's container: below a mount, or one of Compose's own secrets. */
function secretOf(step: StepUnderTest, path: string): string | undefined {
  const compose = step.compose();
  const grafana = compose.service('grafana');
  const mounted = hostPath(grafana, path);
  if (mounted) return mounted;
  const secrets = (grafana.get('secrets') ?? []) as (
    | string
    | { source: string; target?: string }
  )[];
  const names = secrets.map((it) => (typeof it === 'string' ? { source: it, target: it } : it));
  const secret = names.find(({ source, target = source }) =>
    [target, `/run/secrets/${target}`].includes(path),
  );
  const file = secret && compose.file.get(['secrets', secret.source, 'file']);
  return file ? String(file).replace(/^\.\//, '') : undefined;
}

/** "classic", or what the JSON is instead. */
function formatOf(value: Record<string, unknown>): string {
  if ('elements' in value || 'spec' in value || 'kind' in value)
    return 'the resource format, v1 or v2, with kind, spec or elements';
  if ('dashboard' in value) return 'the answer of Grafana’s API, with the dashboard inside';
  if (!Array.isArray(value.panels)) return 'no panels';
  return value.title ? 'classic' : 'no title';
}

const placeOf = ({ value }: Panel) => ({
  ...{ x: 0, y: 0, w: 6, h: 3 },
  ...(value.gridPos as { x: number; y: number; w: number; h: number } | undefined),
});

function overlap(one: Panel, other: Panel): boolean {
  const [a, b] = [placeOf(one), placeOf(other)];
  const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
  return one.row === other.row && !apart;
}

/** Every place of a dashboard that names a data source, by uid or, as older ones do, by name. */
function references({ panels, value, where }: Dashboard) {
  const nameOf = (holder: unknown) => {
    const source = isRecord(holder) ? holder.datasource : undefined;
    return isRecord(source) ? source.uid : source;
  };
  const others = ['annotations', 'templating'].flatMap((kind) => {
    const { list } = (value[kind] ?? {}) as { list?: { name?: string }[] };
    return [list ?? []].flat().map((entry, index) => ({
      title: `"${entry?.name}" below ${kind}`,
      where: where(kind, 'list', index, 'datasource', 'uid'),
      reference: nameOf(entry),
    }));
  });
  const ofPanels = panels.flatMap(({ title, value, where }) => {
    const targets = Array.isArray(value.targets) ? value.targets : [];
    const quoted = `"${title}"`;
    return [
      { title: quoted, where: where('datasource', 'uid'), reference: nameOf(value) },
      ...targets.map((target, index) => ({
        title: quoted,
        where: where('targets', index, 'datasource', 'uid'),
        reference: nameOf(target),
      })),
    ];
  });
  return [...ofPanels, ...others];
}

/** "${source}" for each variable of the dashboard that lets one choose a data source. */
function dataSourceVariables({ value }: Dashboard): string[] {
  const list = isRecord(value.templating) ? value.templating.list : [];
  return (Array.isArray(list) ? list : [])
    .filter(({ type }) => type === 'datasource')
    .flatMap(({ name }) => [`\${${name}}`, `$${name}`]);
}

/** A counter without anything that makes "per second" or "in this time" of it. */
const isRawCounter = (expression: string): boolean =>
  /\w_total\b/.test(expression) && !/\b(rate|irate|increase|deriv|delta)\s*\(/.test(expression);

/** @throws CheckSkipped with the reason where Grafana cannot be had */
async function grafanaOf(step: StepUnderTest) {
  const reason = step.stack.leftOut.get('grafana');
  if (reason === undefined) return step.stack.grafana(join(step.files.directory, 'secrets'));
  if (process.env.REQUIRE_GRAFANA === '1') {
    fail({
      expected: 'Grafana to run, because REQUIRE_GRAFANA=1',
      actual: reason,
      where: step.compose().service('grafana').where('image'),
      hint: 'Connect to a network where its image can be pulled.',
    });
  }
  throw new CheckSkipped('grafana-image', `Grafana's image cannot be had: ${reason}`);
}
