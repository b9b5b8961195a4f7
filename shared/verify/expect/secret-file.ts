import { posix } from 'node:path';
import {
  expectThat,
  hostPath,
  type Mount,
  readSettings,
  type StepUnderTest,
  type YamlPath,
} from '../files/index.ts';

export const isOfSecrets = ({ source }: Mount): boolean => /^(\.\/)+secrets\b/.test(source);

/**
 * A key of Alertmanager's settings names a secret file that its container sees.
 *
 * @throws CheckFailure when nothing, or another folder, is mounted there
 */
export function expectSecretAt(step: StepUnderTest, place: YamlPath): void {
  const { file, containerPath } = readSettings(step, 'alertmanager');
  const service = step.compose().service('alertmanager');
  const inContainer = posix.resolve(posix.dirname(containerPath), String(file.get(place)));
  const seen = hostPath(service, inContainer);
  const mount = service.mounts.find(isOfSecrets);
  const isAsInLesson = inContainer.startsWith('/run/secrets/');
  expectThat(seen && (step.files.exists(seen) || step.files.exists(`${seen}.example`)), {
    expected: `a secret file at ${inContainer} in the container of alertmanager`,
    actual: seen ? `no file ${seen}` : 'nothing mounted there',
    where: (!seen && isAsInLesson && mount?.where) || file.where(place),
    hint: `${place.at(-1)} names a file inside the container. There your mount shows ${mount?.source} as ${mount?.target}.`,
  });
}
