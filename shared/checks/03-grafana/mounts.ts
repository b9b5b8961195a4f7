import { posix } from 'node:path';
import { containerFolder, filesIn } from '../../verify/expect/grafana/index.ts';
import { expectThat, hostPath, isSecret, mountAt } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { grafanaIn } from './compose.ts';
import { expectReadable } from './readable.ts';

/** Comes with the image, and Grafana does not start without it. */
const SETTINGS = '/etc/grafana/grafana.ini';

/** What the service grafana sees of the step's files. */
export const mounts = defineTopic({ kind: 'static', task: 1, needs: ['grafana.image'] }, [
  {
    id: 'grafana.provisioning',
    title: 'The provisioning files are mounted where Grafana reads them',
    run(step) {
      const grafana = grafanaIn(step);
      const settings = mountAt(grafana, SETTINGS);
      expectThat(!settings || step.files.exists(hostPath(grafana, SETTINGS) ?? ''), {
        expected: `mounts below ${settings?.target}, or a grafana.ini in ${settings?.source}`,
        actual: `${settings?.source} hides the image's own ${SETTINGS}`,
        where: settings?.where ?? '',
        hint: 'A mount hides what the image has at its place. Without its grafana.ini Grafana does not start, so mount only what is below.',
      });
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
    run(step) {
      const writable = grafanaIn(step).mounts.find(
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
    id: 'grafana.readable',
    title: 'Grafana may read the files that are mounted into it',
    needs: ['grafana.provisioning'],
    run(step) {
      const mounted = grafanaIn(step).mounts.filter(({ source }) => source.startsWith('.'));
      for (const { source } of mounted)
        for (const path of filesIn(step, posix.normalize(source), /./))
          if (!isSecret(path.replace(/\.example$/, ''))) expectReadable(step, path, '');
    },
  },
]);
