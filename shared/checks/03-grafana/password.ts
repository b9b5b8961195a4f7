import { expectThat, hostPath, type StepUnderTest } from '../../verify/files/index.ts';

/** What the service secrets writes before Grafana starts; it is not there yet when files are judged. */
const PASSWORD_FILE = 'secrets/grafana/admin_password';

/** Grafana reads the password of admin from a secret file of the step. @throws CheckFailure */
export function expectPasswordFile(step: StepUnderTest): void {
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
  const onHost = secretFile(step, path);
  expectThat(onHost === PASSWORD_FILE || (onHost && step.files.exists(onHost)), {
    expected: `${path} to be ${PASSWORD_FILE}, through a mount`,
    actual: onHost ? `it is ${onHost}, which nobody writes` : 'nothing is mounted there',
    where: where('environment', 'GF_SECURITY_ADMIN_PASSWORD__FILE'),
    hint: 'A container sees only what is mounted into it, and sees it under the path on the right of the colon.',
  });
}

/** The file behind a path in Grafana's container: below a mount, or one of Compose's own secrets. */
function secretFile(step: StepUnderTest, path: string): string | undefined {
  const { file, service } = step.compose();
  const grafana = service('grafana');
  const secrets = (grafana.get('secrets') ?? []) as (
    | string
    | { source: string; target?: string }
  )[];
  const secret = secrets
    .map((it) => (typeof it === 'string' ? { source: it } : it))
    .find(({ source, target = source }) => [target, `/run/secrets/${target}`].includes(path));
  const declared = secret && file.get(['secrets', secret.source, 'file']);
  return hostPath(grafana, path) ?? (declared ? String(declared).replace(/^\.\//, '') : undefined);
}
