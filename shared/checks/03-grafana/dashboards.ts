import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Dashboard,
  dashboardFiles,
  expectDashboardKeys,
  expectKnownNames,
  grafanaService,
  isOldType,
  nearest,
  PANEL_TYPES,
  type Panel,
  readDashboards,
} from '../../verify/expect/grafana/index.ts';
import { expectThat, isRecord, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';

/** The dashboards' files: JSON, format, and the keys and names that Grafana knows. */
export const dashboards = defineTopic({ kind: 'static', task: 4, needs: ['dashboards.classic'] }, [
  {
    id: 'dashboards.json',
    title: 'Every dashboard is JSON that parses',
    needs: ['compose.file'],
    run: expectPlainJson,
  },
  {
    id: 'dashboards.classic',
    title: 'Every dashboard is in the classic format, with a title and panels',
    needs: ['dashboards.json'],
    run(step) {
      for (const { value, where } of readDashboards(step)) {
        const format = describeFormat(value);
        expectThat(format === 'classic', {
          expected: 'the classic format: uid, title and panels at the top',
          actual: format,
          where: where(Object.keys(value)[0] ?? ''),
          hint: 'A provisioned file holds the dashboard alone. In Grafana: Export, Export as code, Advanced options, Classic.',
        });
      }
    },
  },
  {
    id: 'dashboards.uid',
    title: 'Every dashboard has a uid of its own',
    run(step) {
      const taken = new Map<unknown, string>();
      const titled = new Map<unknown, string>();
      for (const { path, value, where } of readDashboards(step)) {
        const first = taken.get(value.uid);
        expectThat(typeof value.uid === 'string' && value.uid && !first, {
          expected: 'a uid that no other dashboard has',
          actual: first ? `"${value.uid}", which ${first} has` : 'no uid',
          where: where('uid'),
          hint: "The uid is the dashboard's address: /d/<uid>. Of two with the same one Grafana shows only one.",
        });
        expectThat(/^[\w-]{1,40}$/.test(value.uid), {
          expected: 'a uid of letters, digits, - and _, at most 40 of them',
          actual: `"${value.uid}"`,
          where: where('uid'),
          hint: "The uid is the dashboard's address: /d/<uid>. Grafana refuses a dashboard whose uid has other characters, or is longer.",
        });
        taken.set(value.uid, path);
        const namesake = titled.get(value.title);
        expectThat(!namesake || dirname(namesake) !== dirname(path), {
          expected: 'a title that no other dashboard of the folder has',
          actual: `"${value.title}", which ${namesake} has`,
          where: where('title'),
          hint: 'People choose a dashboard by its title. Of two with the same one in a folder Grafana saves neither, and says so only in its log.',
        });
        titled.set(value.title, path);
      }
    },
  },
  {
    id: 'dashboards.web',
    title: 'There is a dashboard about the web service',
    needs: ['dashboards.uid'],
    run(step) {
      const { folder, files } = dashboardFiles(step);
      const isThere = readDashboards(step).some(({ own }) => own);
      expectThat(isThere, {
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
    run: (step) =>
      everyPanel(({ title, value, where }) => {
        const library = isRecord(value.libraryPanel) ? value.libraryPanel : undefined;
        expectThat(!library, {
          expected: `the panel "${title}" itself, with its type and its queries`,
          actual: `the library panel "${library?.name ?? library?.uid}"`,
          where: where('libraryPanel'),
          hint: 'A library panel lies in the database of the Grafana in which it was made, and no file brings it along. Unlink it there (the menu of the panel, More), save, and export again.',
        });
        const type = String(value.type ?? '');
        const better = nearest(type, PANEL_TYPES);
        expectThat(PANEL_TYPES.includes(type) || isOldType(type) || plugins(step).includes(type), {
          expected: `the type of "${title}" as Grafana spells it, such as ${better ?? 'timeseries or stat'}`,
          actual: type ? `"${type}"` : 'no type',
          where: where('type'),
          hint: /-panel$/.test(type)
            ? 'This panel is a plugin that the image of Grafana does not have. Use a panel that it has, or name the plugin in GF_PLUGINS_PREINSTALL.'
            : 'In the file a panel is of the type timeseries; on the page it is called Time series.',
        });
        expectThat(value.unit === undefined, {
          expected: `"fieldConfig": { "defaults": { "unit": "${value.unit}" } } in "${title}"`,
          actual: `"unit": "${value.unit}" beside the title`,
          where: where('unit'),
          hint: 'Grafana ignores a key that it does not know, so the panel is drawn without its unit.',
        });
      })(step),
  },
  {
    id: 'dashboards.keys',
    title: 'Grafana knows every key of every dashboard',
    needs: ['panels.kind'],
    run: expectDashboardKeys,
  },
  {
    id: 'panels.names',
    title: 'Grafana has every unit, calculation and time range',
    needs: ['dashboards.keys'],
    run: expectKnownNames,
  },
]);

/** What JSON.parse takes, and Grafana does not, or not as it looks. @throws CheckFailure */
function expectPlainJson(step: StepUnderTest): void {
  for (const { path, where } of readDashboards(step)) {
    const [first] = readFileSync(join(step.files.directory, path));
    expectThat(first !== 0xef, {
      expected: 'JSON from the first byte on',
      actual: 'an invisible mark before the first {, a byte order mark',
      where: `${path}:1`,
      hint: 'Editors on Windows may begin a file with it, and Grafana cannot read such a dashboard. Save the file as UTF-8, without BOM or signature.',
    });
    // Looking for any place finds a key that is there twice.
    where('title');
  }
}

/** Every word of the settings that install plugins. */
function plugins(step: StepUnderTest): string[] {
  const { environment = {} } = grafanaService(step) ?? {};
  const names = ['GF_INSTALL_PLUGINS', 'GF_PLUGINS_PREINSTALL', 'GF_PLUGINS_PREINSTALL_SYNC'];
  return names.flatMap((name) => (environment[name] ?? '').split(/[\s,;@:]+/)).filter(Boolean);
}

/** What a check runs that judges each panel by itself. */
export function everyPanel(judge: (panel: Panel) => void): (step: StepUnderTest) => void {
  return (step) => {
    for (const { panels } of readDashboards(step)) for (const panel of panels) judge(panel);
  };
}

/** "classic", or what the JSON is instead. */
function describeFormat(value: Dashboard['value']): string {
  if ('elements' in value || 'spec' in value || 'kind' in value)
    return 'the resource format, v1 or v2, with kind, spec or elements';
  if ('dashboard' in value) return 'the response of Grafana’s API, with the dashboard inside';
  if (!Array.isArray(value.panels) && !Array.isArray(value.rows)) return 'no panels';
  return value.title ? 'classic' : 'no title';
}
