import { posix } from 'node:path';
import { expectProvisioningKeys, filesIn, provisioned } from '../../verify/expect/grafana/index.ts';
import { expectThat, hostPath, isRecord, mountAt } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';

/** The file that says where dashboards come from. */
export const provider = defineTopic({ kind: 'static', task: 3 }, [
  {
    id: 'provider.file',
    title: 'A provisioning file describes where dashboards come from',
    needs: ['compose.file'],
    run(step) {
      for (const { value, where } of provisioned(step, 'dashboards')) {
        const path = pathOf(value);
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
        const folder = ['folder', 'folderUid'].find((key) => value[key]);
        const { foldersFromFilesStructure } = value.options as Record<string, unknown>;
        expectThat(!folder || foldersFromFilesStructure !== true, {
          expected: `either ${folder}: or foldersFromFilesStructure: true`,
          actual: 'both',
          where: where(folder ?? ''),
          hint: 'One puts all dashboards into one folder of Grafana, the other makes a folder of each folder of files. With both Grafana does not start.',
        });
      }
    },
  },
  {
    id: 'provider.keys',
    title: 'Grafana knows every key in the file of the provider',
    needs: ['provider.file'],
    run: (step) => expectProvisioningKeys(step, 'dashboards'),
  },
  {
    id: 'provider.path',
    title: 'The dashboards are mounted at the path that the provider reads',
    needs: ['grafana.image', 'provider.keys'],
    run(step) {
      const grafana = step.compose().service('grafana');
      const readBefore = new Set<string>();
      for (const { value, where } of provisioned(step, 'dashboards')) {
        const path = String(pathOf(value));
        const onHost = hostPath(grafana, path);
        const mount = mountAt(grafana, path);
        expectThat(!onHost || !mount || step.files.exists(posix.normalize(mount.source)), {
          expected: 'a folder that is there, on the left side of the mount',
          actual: `${mount?.source}: no such folder`,
          where: mount?.where ?? '',
          hint: 'Docker makes an empty folder where the left side of a mount does not exist. Look for a typo.',
        });
        expectThat(onHost && filesIn(step, onHost, /\.json$/).length > 0, {
          expected: 'a path at which docker-compose.yaml mounts dashboards',
          actual: onHost ? `${path}, which is ${onHost}: no JSON files` : `${path}: not mounted`,
          where: where('options', 'path'),
          hint: 'The path is one in the container: the right side of a mount. Both files must say the same.',
        });
        expectThat(step.files.isFolder(onHost), {
          expected: 'a folder, all of whose JSON files become dashboards',
          actual: `${path}, which is the file ${onHost}`,
          where: where('options', 'path'),
          hint: 'Grafana reads a folder. Of a single file it says that it is no directory, and shows nothing.',
        });
        const files = filesIn(step, onHost, /\.json$/);
        const twice = files.find((file) => readBefore.has(file));
        expectThat(!twice, {
          expected: 'a path whose dashboards no other provider reads',
          actual: `${path}: another one reads ${twice}, too`,
          where: where('options', 'path'),
          hint: 'When two providers bring the same dashboard, Grafana does not know which one may change it, and saves neither.',
        });
        for (const file of files) readBefore.add(file);
      }
    },
  },
]);

/** Where a provider reads; older files call it folder. */
const pathOf = ({ options }: Record<string, unknown>): unknown =>
  isRecord(options) ? (options.path ?? options.folder) : undefined;
