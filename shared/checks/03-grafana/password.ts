import { statSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../verify/expect/grafana/index.ts';
import {
  asList,
  expectThat,
  hostPath,
  isRecord,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { expectReadable } from './readable.ts';
import { settingOf } from './settings.ts';

/** What the service secrets writes before Grafana starts; it is not there yet when files are judged. */
const PASSWORD_FILE = 'secrets/grafana/admin_password';
const VARIABLE = 'GF_SECURITY_ADMIN_PASSWORD__FILE';

/** Grafana reads the password of admin from a secret file of the step. @throws CheckFailure */
export function expectPasswordFile(step: StepUnderTest): void {
  const { environment, where, whereSet } = step.compose().service('grafana');
  const expected = `${VARIABLE}, with a path in the container`;
  const direct = settingOf(step, 'security', 'admin_password');
  const expanded = direct?.value.match(/^\$__file\{(.+)\}$/)?.[1];
  expectThat(!direct || (expanded && !environment[VARIABLE]), {
    expected,
    actual: `${direct?.name}, with the password itself`,
    where: direct?.where ?? '',
    hint: 'The file is committed, so everybody who may read it would know the password. Grafana reads any setting from a file when __FILE follows its name.',
  });
  const path = environment[VARIABLE] || expanded;
  const similar = nearest(VARIABLE, Object.keys(environment));
  expectThat(path, {
    expected,
    actual: similar
      ? `${similar}, which Grafana does not know, so the password is admin`
      : 'no password is set, so it is admin',
    where: similar ? whereSet(similar) : where('environment'),
    hint: similar
      ? 'Two underscores and FILE follow the name of a setting that is read from a file. What Grafana does not know it ignores in silence.'
      : 'Everybody knows the password that Grafana begins with. It takes another one from a file that a setting names.',
  });
  if (isFromVariable(step, path)) return;
  const onHost = hostPath(step.compose().service('grafana'), path);
  const place = expanded ? (direct?.where ?? '') : whereSet(VARIABLE);
  expectThat(onHost === PASSWORD_FILE || (onHost && step.files.exists(onHost)), {
    expected: `the path in the container at which ${PASSWORD_FILE} is mounted`,
    actual: `${path}: ${onHost ? `it is ${onHost}, which nobody writes` : 'nothing is mounted there'}`,
    where: place,
    hint: 'A container sees only what is mounted into it, and sees it under the path on the right of the colon.',
  });
  expectThat(!onHost.endsWith('.example'), {
    expected: `${PASSWORD_FILE}, which the service secrets writes`,
    actual: `${onHost}, which is committed`,
    where: place,
    hint: 'The example shows what a secret file looks like. Everybody who may read the repository knows what is in it.',
  });
  if (!step.files.exists(onHost)) return;
  const found = statSync(join(step.files.directory, onHost));
  expectThat(!found.isDirectory(), {
    expected: `a file at ${path}`,
    actual: `${onHost}, a folder, so the password is admin`,
    where: place,
    hint: 'The path names the file, not the folder that holds it. Where a file is missing that is mounted, Docker makes an empty folder of its name; such a one must go: rmdir removes it only if it is empty.',
  });
  expectThat(found.size > 0, {
    expected: `a password in ${onHost}`,
    actual: 'an empty file, so the password is admin',
    where: `${onHost}:1`,
    hint: 'Grafana takes no password for none given, and starts with the one that everybody knows. Write one into the file.',
  });
  expectReadable(step, onHost, ', so the password is admin');
}

/** Compose writes one of its own secrets from a variable: then there is no file of the step. */
function isFromVariable(step: StepUnderTest, path: string): boolean {
  const { file, service } = step.compose();
  const entries: unknown[] = asList(service('grafana').get('secrets'));
  const own = entries.map((it) => (isRecord(it) ? it : { source: it }));
  const secret = own.find(({ source, target }) => path.endsWith(`/${target ?? source}`));
  return secret !== undefined && Boolean(file.get(['secrets', `${secret.source}`, 'environment']));
}
