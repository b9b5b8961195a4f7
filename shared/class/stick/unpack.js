// Sets this machine up from the folder that it lies in, without any network: node unpack.js [FOLDER FOR THE CLONE]
// Plain JavaScript that uses nothing but Node.js, because nothing else is here yet. What has packages goes on:
// shared/class/unpack.ts in the clone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const STICK = dirname(fileURLToPath(import.meta.url));
const { WORKSHOP_LANG, LC_ALL, LC_MESSAGES, LANG, INIT_CWD = '' } = process.env;
const system = LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale;
const locale = WORKSHOP_LANG || system;
const localized = (english, chinese) => (/^zh/i.test(locale) ? chinese : english);

const [folder] = process.argv.slice(2).filter((word) => word !== 'unpack');
const clone = folder ? resolve(INIT_CWD, folder) : join(homedir(), 'monitoring-workshop');

try {
  const [, oldest] = `${readManifest().node}`.match(/([\d.]+)/) ?? torn('manifest.json');
  if (isOlder(process.versions.node, oldest))
    stop(
      `This is Node.js ${process.versions.node}, and the workshop needs ${oldest} or newer.`,
      `這是 Node.js ${process.versions.node}，工作坊需要 ${oldest} 或更新的版本。`,
    );
  if (existsSync(join(clone, 'shared', 'start.js'))) compareClone();
  else await unpackClone();
  // npm writes this file when it has installed everything.
  if (!existsSync(join(clone, 'node_modules', '.package-lock.json'))) await installPackages();
  const go = [join('shared', 'start.js'), 'class', 'unpack', STICK];
  process.exitCode = run(process.execPath, go, clone);
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 2;
}

async function unpackClone() {
  if (existsSync(clone) && readdirSync(clone).length > 0)
    stop(
      `There is something else in ${clone}. Name another folder: node unpack.js FOLDER`,
      `${clone} 裡已經有別的東西。請指定另一個資料夾：node unpack.js 資料夾`,
    );
  say(`The clone: ${clone}`, `clone：${clone}`);
  await check('workshop.tar');
  const part = `${clone}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  extract('workshop.tar', part);
  if (existsSync(clone)) rmdirSync(clone);
  renameSync(join(part, 'monitoring-workshop'), clone);
  rmSync(part, { recursive: true });
}

/** A clone that is here already may hold somebody's work, so it is never replaced. */
function compareClone() {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: clone, encoding: 'utf8' });
  const [own, packed] = [stdout?.trim(), readManifest().commit];
  if (own && own !== packed)
    say(
      `The clone in ${clone} is at ${own.slice(0, 8)}, that of this folder at ${packed.slice(0, 8)}. It stays as it is. To have the other: rename yours, then again: node unpack.js`,
      `${clone} 裡的 clone 在 ${own.slice(0, 8)}，這個資料夾的在 ${packed.slice(0, 8)}。你的會保持原樣；要用另一個，請把你的改名，再執行：node unpack.js`,
    );
}

async function installPackages() {
  say('The npm packages, from this folder …', 'npm 套件，來自這個資料夾 …');
  await check('npm-cache.tar');
  const home = mkdtempSync(join(tmpdir(), 'workshop-npm-'));
  try {
    extract('npm-cache.tar', home);
    const words = [
      'ci',
      '--offline',
      // ssh2 would build a faster crypto, of headers from nodejs.org. It does without.
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--cache',
      join(home, 'npm-cache'),
    ];
    const code = run('npm', [...words, '--registry', readManifest().registry], clone);
    if (code !== 0) stop('npm could not install the packages.', 'npm 無法安裝套件。');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function readManifest() {
  try {
    return JSON.parse(readFileSync(join(STICK, 'manifest.json'), 'utf8'));
  } catch {
    return torn('manifest.json');
  }
}

/** Is the file what was packed? */
async function check(name) {
  if (!existsSync(join(STICK, 'SHA256SUMS'))) torn('SHA256SUMS');
  const sums = readFileSync(join(STICK, 'SHA256SUMS'), 'utf8');
  const hash = createHash('sha256');
  if (!existsSync(join(STICK, name))) torn(name);
  for await (const part of createReadStream(join(STICK, name))) hash.update(part);
  if (!sums.includes(`${hash.digest('hex')}  ${name}\n`)) torn(name);
}

function torn(name) {
  stop(
    `${name} is not what was packed. Copy the whole folder again, then: node unpack.js`,
    `${name} 和打包時不同。請重新複製整個資料夾，再執行：node unpack.js`,
  );
}

function extract(name, into) {
  // The name alone: some programs of this name take C: for another machine.
  if (run('tar', ['-xf', name, '-C', into], STICK) !== 0)
    stop(
      `${name} cannot be unpacked into ${into}. Is there room for it?`,
      `無法把 ${name} 解開到 ${into}。那裡還有空間嗎？`,
    );
}

/** On Windows npm is a script that only a shell starts. */
function run(program, words, cwd) {
  const shell = process.platform === 'win32' && program === 'npm';
  const quoted = shell ? words.map((word) => `"${word}"`) : words;
  return spawnSync(program, quoted, { cwd, shell, stdio: 'inherit' }).status ?? 2;
}

function isOlder(own, wanted) {
  const [ownParts, wantedParts] = [own, wanted].map((text) => text.split('.').map(Number));
  const at = wantedParts.findIndex((part, index) => part !== ownParts[index]);
  return at >= 0 && ownParts[at] < wantedParts[at];
}

function say(english, chinese) {
  console.log(localized(english, chinese));
}

function stop(english, chinese) {
  throw new Error(localized(english, chinese));
}
