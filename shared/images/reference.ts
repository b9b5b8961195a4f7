import { localized } from '../language.ts';

/** An image reference as compose files and Dockerfiles write it, taken apart. */
export interface Reference {
  /** As written: "prom/prometheus:v3.5.3". */
  full: string;
  /** Without registry and tag: "prom/prometheus". */
  repository: string;
  /** The tag's version: "3.5.3". */
  version: string;
  /** As people say it: "Prometheus". */
  title: string;
}

const TITLES: Record<string, string> = {
  'prom/prometheus': 'Prometheus',
  'prom/alertmanager': 'Alertmanager',
  'prom/node-exporter': 'Node exporter',
  'prom/blackbox-exporter': 'Blackbox exporter',
  'prom/pushgateway': 'Pushgateway',
  'victoriametrics/victoria-metrics': 'VictoriaMetrics',
  'ghcr.io/google/cadvisor': 'cAdvisor',
  'grafana/grafana': 'Grafana',
  node: 'Node.js',
  'testcontainers/ryuk': localized(
    'Testcontainers clean-up',
    'Testcontainers 的清理容器（不影響驗證）',
  ),
};

export function parseReference(full: string): Reference {
  const [name = '', tag = 'latest'] = full.replace(/@sha256:.*/, '').split(/:(?=[^/]*$)/);
  const repository = name.replace(/^docker\.io\/(library\/)?/, '');
  const version = tag.match(/\d+(\.\d+)*/)?.[0] ?? tag;
  return { full, repository, version, title: TITLES[repository] ?? repository };
}

/** The label that says how an image came to be; every report prints it. */
export const ORIGIN_LABEL = 'monitoring-workshop.origin';

/** The words after `docker` that ask where local images come from; `readLocal` reads the answer. */
export function localQuestion(names: string[]): string[] {
  const format = `{{json .RepoTags}}|{{index .Config.Labels "${ORIGIN_LABEL}"}}|{{len .RepoDigests}}|{{.Size}}`;
  return ['image', 'inspect', '--format', format, ...names];
}

/** What an image that is here says of itself: its label, or that a registry has it. Size in bytes. */
export interface Local {
  origin: string;
  size: number;
}

/** Those that are here, by the names that were asked for. */
export function readLocal(names: string[], answer: string): Map<string, Local> {
  const found = new Map<string, Local>();
  for (const line of answer.split('\n').filter((text) => text.startsWith('['))) {
    const [tags = '[]', label, digests, size] = line.split('|');
    const origin = label || (Number(digests) > 0 ? 'pulled' : 'built on this machine');
    const own: string[] = JSON.parse(tags);
    for (const name of names) {
      const { repository } = parseReference(name);
      if (own.some((tag) => tag === name || tag === `${repository}:${name.split(':').at(-1)}`))
        found.set(name, { origin, size: Number(size) });
    }
  }
  return found;
}

export const UNREACHABLE = 'no image registry can be reached from here';

/** Why a registry gives no image, from the last words of `docker pull` or `docker manifest inspect`. */
export function readRefusal(stderr: string): { refusal: string; unreachable: boolean } {
  const answer = stderr.trim().split('\n').at(-1) ?? '';
  const unreachable = /no such host|timeout|refused|unreachable/i.test(answer);
  return { refusal: unreachable ? UNREACHABLE : answer, unreachable };
}
