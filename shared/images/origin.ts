import type { Reference } from './reference.ts';

/** The label that says how an image came to be; every report prints it. */
export const ORIGIN_LABEL = 'monitoring-workshop.origin';

/** The words after `docker` that ask where a local image comes from; `readOrigin` reads the answer. */
export const originQuestion = ({ full }: Reference): string[] => {
  const format = `{{index .Config.Labels "${ORIGIN_LABEL}"}}|{{len .RepoDigests}}`;
  return ['image', 'inspect', '--format', format, full];
};

/** Its label, or a registry's digest. */
export function readOrigin(answer: string): string {
  const [label, digests] = answer.split('|');
  return label || (Number(digests) > 0 ? 'pulled' : 'built on this machine');
}

const UNREACHABLE = 'no image registry can be reached from here';

/** Why a registry gives no image, from the last words of `docker pull` or `docker manifest inspect`. */
export function readRefusal(stderr: string): { refusal: string; unreachable: boolean } {
  const answer = stderr.trim().split('\n').at(-1) ?? '';
  const unreachable = /no such host|timeout|refused|unreachable/i.test(answer);
  return { refusal: unreachable ? UNREACHABLE : answer, unreachable };
}
