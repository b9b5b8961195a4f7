import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The name in /etc/os-release: "debian", "ubuntu", … or "" where there is no such file. */
export function linuxDistribution(): string {
  const file = '/etc/os-release';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.match(/^ID="?([a-z]+)"?$/m)?.[1] ?? '';
}

/**
 * Downloads packages of Debian's testing suite, without touching the machine's own apt settings:
 * mirror and keyring are read from them, everything else lives in a private folder.
 *
 * @returns the paths of the .deb files, one for each name
 * @throws Error when a package is not available
 */
export async function downloadFromTesting(names: string[]): Promise<string[]> {
  const home = await prepareTestingSuite();
  const folder = join(home, 'packages');
  await mkdir(folder, { recursive: true });
  await execa('apt-get', [...privateApt(home), 'download', ...names], { cwd: folder });
  const files = await readdir(folder);
  return names.map((name) => {
    const file = files.find((candidate) => candidate.startsWith(`${name}_`));
    if (!file) throw new Error(`apt-get downloaded no file for ${name}`);
    return join(folder, file);
  });
}

let prepared: Promise<string> | undefined;

/** Reads the testing suite's package lists, once per process. */
function prepareTestingSuite(): Promise<string> {
  prepared ??= (async () => {
    const home = join(tmpdir(), `workshop-apt-${process.getuid?.() ?? 0}`);
    await mkdir(join(home, 'lists', 'partial'), { recursive: true });
    await mkdir(join(home, 'cache', 'archives', 'partial'), { recursive: true });
    await writeFile(join(home, 'testing.list'), await testingSourceLine());
    await execa('apt-get', [...privateApt(home), 'update']);
    return home;
  })();
  return prepared;
}

const privateApt = (home: string): string[] =>
  [
    `Dir::State::Lists=${home}/lists`,
    `Dir::Cache=${home}/cache`,
    `Dir::Etc::SourceList=${home}/testing.list`,
    'Dir::Etc::SourceParts=-',
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);

/** The machine's own Debian mirror, pointed at the testing suite. */
async function testingSourceLine(): Promise<string> {
  const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(REPO_URI)']);
  const mirror = stdout.split('\n').find((uri) => /\/debian\/?$/.test(uri));
  if (!mirror) throw new Error('apt on this machine names no Debian mirror');
  return `deb [signed-by=${DEBIAN_KEYRING}] ${mirror} testing main\n`;
}
