import { posix } from 'node:path';
import { type ComposeService, orNone, type StepUnderTest } from '../files/index.ts';

/** What a save asks of the running containers, by service. */
interface Touched {
  /** Compose has to look: the compose file itself, what images are built from, or a file nobody seems to read. */
  up: boolean;
  /** Reads its files again when it is told so. */
  reload: string[];
  restart: string[];
}

/** Texts for people. Also the checks, of which a learner's copy is never used. */
const NOT_RUN = /^(README\.md|hints\.md|step\.test\.ts)$/;
/** Known to Docker when it builds, and to nobody afterwards. */
const BUILT = /(^|\/)(Dockerfile|\.dockerignore|package(-lock)?\.json)$/;
/** These servers read their settings again on SIGHUP: those of a folder. A file that is mounted alone stays the old one there. */
const RELOADED = ['prometheus', 'alertmanager'];

/** Which containers see the changed files. @param paths from the step's folder, with `/` */
export function touchedBy(step: StepUnderTest, services: string[], paths: string[]): Touched {
  const touched: Touched = { up: false, reload: [], restart: [] };
  for (const path of paths.filter((path) => !NOT_RUN.test(path))) {
    // None while the compose file is broken.
    const known = services.flatMap((name) => orNone(() => step.compose().service(name)) ?? []);
    const seeing = known.filter((service) => sees(service, path));
    touched.up ||= seeing.length === 0 || BUILT.test(path);
    for (const service of seeing) {
      const isReloaded = RELOADED.includes(service.name) && !isMountedAlone(service, path);
      const list = isReloaded ? touched.reload : touched.restart;
      if (!list.includes(service.name)) list.push(service.name);
    }
  }
  return touched;
}

const sees = ({ mounts }: ComposeService, path: string): boolean =>
  mounts.some(
    ({ source }) => source.startsWith('.') && !posix.relative(source, path).startsWith('..'),
  );

/** Many editors save a new file under the old name; the mount goes on showing the old one until the container starts again. */
const isMountedAlone = ({ mounts }: ComposeService, path: string): boolean =>
  mounts.some(({ source }) => posix.normalize(source) === path);
