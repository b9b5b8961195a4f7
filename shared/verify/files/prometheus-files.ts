import type { ComposeService } from './compose-file.ts';
import { fail } from './finding.ts';
import type { StepFiles } from './step-files.ts';
import type { YamlFile } from './yaml-file.ts';

type Mount = ComposeService['mounts'][number];

/** Where the configuration lies when nothing says otherwise. */
const USUAL_PATH = 'prometheus/prometheus.yaml';

/** What the image's own command says; `command:` in the compose file replaces all of it. */
const IMAGE_DEFAULTS = {
  'config.file': '/etc/prometheus/prometheus.yml',
  'storage.tsdb.path': '/prometheus',
};

/** The value of a flag of the service's command, else the image's own. */
export function flagOf(service: ComposeService, name: keyof typeof IMAGE_DEFAULTS): string {
  const words = service.command;
  const index = words.findIndex((word) => word.replace(/^--?/, '').split('=')[0] === name);
  const word = words[index] ?? '';
  const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[index + 1];
  if (index >= 0) return value ?? '';
  // Prometheus's own default is a folder below its working directory.
  return words.length > 0 && name === 'storage.tsdb.path'
    ? '/prometheus/data'
    : IMAGE_DEFAULTS[name];
}

/** The mount that brings a path of the container, the longest one if several do. */
export function mountAt(service: ComposeService, path: string): Mount | undefined {
  return service.mounts
    .map((mount) => ({ ...mount, target: mount.target.replace(/(.)\/$/, '$1') }))
    .filter(({ target }) => path === target || path.startsWith(`${target}/`))
    .sort((one, other) => other.target.length - one.target.length)[0];
}

/** The step's own file that a path of the container shows, or undefined when it is not from the step's folder. */
export function fileBehind(mount: Mount, path: string): string | undefined {
  if (!mount.source.startsWith('.')) return undefined;
  const rest = path.slice(mount.target.length);
  return `${mount.source}${rest}`.replace(/^(\.\/)+/, '').replace(/\/+/g, '/');
}

/** The file that Prometheus is told to read, when the compose file says so rightly, else the usual one. */
export function configPath(files: StepFiles, service: ComposeService | undefined): string {
  if (!service) return USUAL_PATH;
  const inside = flagOf(service, 'config.file');
  const mount = mountAt(service, inside);
  const path = mount && fileBehind(mount, inside);
  return path && files.exists(path) ? path : USUAL_PATH;
}

/** One entry of `targets:`, "app:8080". */
export interface Target {
  address: string;
  where: string;
}

/** A job of scrape_configs. */
export interface Job {
  name: string;
  index: number;
  where: string;
  targets: Target[];
  /** True when it finds its targets in another way than static_configs. */
  discovers: boolean;
}

const list = (value: unknown): { targets?: unknown }[] => (Array.isArray(value) ? value : []);

/** @throws CheckFailure when scrape_configs is not a list */
export function readJobs(file: YamlFile): Job[] {
  const entries = file.get(['scrape_configs']);
  if (!Array.isArray(entries)) {
    fail({
      expected: 'scrape_configs: with one list entry for each job',
      actual: entries === undefined ? 'no scrape_configs' : 'scrape_configs that is not a list',
      where: file.where(['scrape_configs']),
      hint: 'A list entry begins with a dash: "- job_name: …". The keys of the same job stand below job_name, at the same indentation.',
    });
  }
  return entries.map((entry, index) => {
    const groups = list(entry?.static_configs).flatMap((group, at) =>
      list(group?.targets).map((address, place) => ({
        address: String(address),
        where: file.where(['scrape_configs', index, 'static_configs', at, 'targets', place]),
      })),
    );
    return {
      name: String(entry?.job_name ?? ''),
      index,
      where: file.where(['scrape_configs', index]),
      targets: groups,
      discovers: Object.keys(entry ?? {}).some((key) => /_sd_configs$/.test(key)),
    };
  });
}

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 };

/** "5s", "5000ms" or "1m30s" in seconds; NaN for anything that Prometheus does not take as a duration. */
export function durationOf(value: unknown): number {
  if (typeof value !== 'string' || !/^(\d+(ms|[smhd]))+$/.test(value)) return Number.NaN;
  const parts = [...value.matchAll(/(\d+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}
