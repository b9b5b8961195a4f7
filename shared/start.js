// Every command begins here. Plain JavaScript, because it must say what is wrong also where Node.js is too old for the
// workshop's code, or where its packages are not installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

try {
  if (!import.meta.dirname) throw new Error('too old');
  // Before any of them is in use: Windows would not let go of it.
  if (process.argv.slice(2, 4).join(' ') === 'class prepare' && !packagesFit()) installPackages();
  await import('tsx');
  await import('./commands/index.ts');
} catch (error) {
  // Missing, half installed, or installed for another system.
  report(error.message === 'too old' ? nodeTooOld() : packagesMissing(error));
}
if (process.exitCode === undefined) await import('./cli.ts');

/** Are the packages those of package-lock.json? npm notes what it has installed in a lock of its own. */
function packagesFit() {
  try {
    const [wanted, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map(
      (name) => JSON.parse(readFileSync(join(import.meta.dirname, '..', name), 'utf8')).packages,
    );
    return Object.entries(wanted).every(([path, { version, optional }]) => {
      const there = installed[path];
      // An optional package may be one for another operating system.
      return path === '' || there?.version === version || (optional && !there);
    });
  } catch {
    return false;
  }
}

/** npm says what it does, and why it cannot. */
function installPackages() {
  const words = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const cwd = join(import.meta.dirname, '..');
  // On Windows npm is a script that only a shell starts.
  spawnSync('npm', words, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
}

function nodeTooOld() {
  const root = new URL('../', import.meta.url);
  const { engines } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  return {
    id: 'node.version',
    title: 'Node.js',
    seen: `${process.versions.node}, and the workshop needs ${engines.node}`,
    fix: 'Install Node.js 24: https://nodejs.org/en/download',
  };
}

function packagesMissing(error) {
  const [sentence] = error.message.trim().split(/ imported from|\n/);
  const { NODE_ENV, npm_config_omit } = process.env;
  const finding = { id: 'node.packages', title: 'npm packages', seen: sentence, fix: 'npm ci' };
  // All of the workshop's packages are development packages.
  if (NODE_ENV === 'production' || npm_config_omit?.includes('dev'))
    finding.fix += ' --include=dev';
  return finding;
}

/** The doctor's report, of the one thing that keeps everybody from going on. */
function report({ id, title, seen, fix }) {
  const more = `docs/troubleshooting/doctor.md#${id.replace('.', '-')}`;
  // Without the workshop's code the learner's language is not known, so both are named.
  const chinese = more.replace('docs/', 'docs/zh-TW/');
  const next = `${fix}   (then again: npm run doctor)`;
  if (process.argv.includes('--json')) {
    const counts = { ok: 0, warning: 0, problem: 1, unknown: 0 };
    const findings = [{ id, title, state: 'problem', seen, fix, more }];
    console.log(JSON.stringify({ ok: false, counts, findings, next }, null, 2));
  } else {
    console.log(
      `This machine\n  ✗ ${title}\n      seen      ${seen}\n      fix       ${fix}\n      more      ${more}\n      說明      ${chinese}\n` +
        `0 ok, 0 warnings, 1 problem, 0 unknown\nnext: ${next}`,
    );
  }
  // What `npm ci` itself runs must not undo what it has installed.
  process.exitCode = process.argv[2] === 'names' ? 0 : 2;
}
