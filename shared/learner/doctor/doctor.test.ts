import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectName } from '../../root.ts';
import { STEPS, stepNumber } from '../../verify/index.ts';
import { fail, hasAllBut, info, print } from './test-docker.ts';
import { TestMachine } from './test-machine.ts';

const STEP = 'steps/01-app';
const isWindows = process.platform === 'win32';

/** As if npm had installed the packages of the clone's lock, one of them in another version. */
function install(machine: TestMachine, express?: string): TestMachine {
  const lock = JSON.parse(readFileSync(join(machine.clone, 'package-lock.json'), 'utf8'));
  if (express) lock.packages['node_modules/express'].version = express;
  mkdirSync(join(machine.clone, 'node_modules'));
  writeFileSync(join(machine.clone, 'node_modules/.package-lock.json'), JSON.stringify(lock));
  return machine;
}

/** What Docker's command line fills in where the engine does not answer. */
const SILENT = { ServerVersion: '', OperatingSystem: '', Name: '', MemTotal: 0, NCPU: 0 };

type Finding = [id: string, state: string, seen: string | RegExp, fix?: string | RegExp];
type Report = Awaited<ReturnType<TestMachine['report']>>;

describe('On a machine where much is wrong', () => {
  let report: Report;
  beforeAll(async () => {
    using machine = new TestMachine();
    using taken = await listener();
    machine.edit('package.json', (text) => text.replace('>=20.19', '>=99'));
    machine.edit('package-lock.json', (text) => {
      const lock = JSON.parse(text);
      lock.packages['node_modules/express'].version = '99.1.0';
      return JSON.stringify(lock);
    });
    const proxies = { default: { httpProxy: 'http://proxy.example:3128' } };
    writeFileSync(join(machine.home, 'config.json'), JSON.stringify({ proxies }));
    report = await machine.report({
      APP_PORT: `${taken.port}`,
      GRAFANA_PORT: 'three thousand',
      PUSHGATEWAY_PORT: 'nine thousand',
      HTTP_PROXY: 'http://me:secret@proxy.example:3128',
      NODE_USE_ENV_PROXY: '1',
    });
  });

  it.each<Finding>([
    [
      'node.version',
      'problem',
      /^[\d.]+, and the workshop needs >=99$/,
      /(nvm|brew|winget) install/,
    ],
    ['node.packages', 'problem', /express: [\d.]+ instead of 99\.1\.0/, 'npm ci'],
    ['port.3000', 'problem', 'this is not a port number', /GRAFANA_PORT=3000/],
    // Only a step publishes it, and not the first one.
    ['port.9091', 'warning', 'this is not a port number', /PUSHGATEWAY_PORT=9091.*compose up/],
    [
      'proxy.docker',
      'problem',
      /hands a proxy to every container/,
      /noProxy to "127\.0\.0\.1,localhost,app/,
    ],
  ])('finds for %s a %s, with what was seen and what fixes it', (...expected) => {
    expectFinding(report, expected);
    expect(report.exitCode).toBe(2);
  });

  it('a program that holds a port is named, with the command that moves the port', async () => {
    expectFinding(report, ['port.8080', 'problem', await byWhom(), /APP_PORT=\d+/]);
  });

  it('how bad a missing NO_PROXY is depends on what fetch of this Node.js does', () => {
    const knowsProxies = process.allowedNodeEnvironmentFlags.has('--use-env-proxy');
    const state = knowsProxies ? 'problem' : 'warning';
    const seen = /^http:\/\/proxy\.example:3128, and NO_PROXY \(not set\)/;
    expectFinding(report, ['proxy.shell', state, seen, /127\.0\.0\.1,localhost/]);
  });
});

// From here on, `docker` is a shell script.
describe.skipIf(isWindows)('On a machine whose Docker lacks much', () => {
  // A file system of the kernel's own has no room to give.
  const full = process.platform === 'linux' ? '/proc' : '/dev';
  let report: Report;
  beforeAll(async () => {
    using machine = new TestMachine();
    using taken = await listener();
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    machine.docker({
      info: info({
        ...{ ServerVersion: '24.0.9', OperatingSystem: 'Docker Desktop' },
        ...{ MemTotal: 1e9, SystemTime: hourAgo },
      }),
      'compose version': print('v2.23.3'),
      'image inspect': 'exit 1',
      'manifest inspect': fail('dial tcp: lookup registry: no such host'),
      ps: print(`other-db|other|/elsewhere|127.0.0.1:${taken.port}->9090/tcp`),
    });
    report = await machine.report({ HOME: full, PROMETHEUS_PORT: `${taken.port}` });
  });

  it.each<Finding>([
    ['engine.running', 'problem', '24.0.9, and the workshop needs 25.0 or newer', /Docker|docker/],
    [
      'engine.compose',
      'problem',
      'v2.23.3, and the workshop needs 2.24.4 or newer',
      /compose|Docker/,
    ],
    ['engine.memory', 'problem', '1.0 GB, 4 CPUs; the stack may use 2.6 GB', /memory/i],
    ['engine.disk', 'problem', `0.0 GB free at ${full}`, /docker system prune/],
    ['engine.clock', 'problem', /^36\d\d\.\d s behind this machine's$/, /./],
    [
      'image.grafana/grafana',
      'warning',
      /no image registry .* runs without it/,
      /docker pull grafana/,
    ],
    [
      'port.9090',
      'problem',
      'in use by the container other-db',
      /^docker stop other-db, or PROMETHEUS_PORT=/,
    ],
  ])('finds for %s a %s, with what was seen and what fixes it', (...expected) => {
    expectFinding(report, expected);
    expect(report.exitCode).toBe(2);
  });
});

describe.skipIf(isWindows)('On a machine that is unusual, but well', () => {
  let report: Report;
  beforeAll(async () => {
    using machine = new TestMachine();
    const [demo, step] = [await listener(), await listener()];
    const folder = join(machine.clone, 'steps', '03-grafana');
    machine.docker({
      'compose version': print('2.24.4-desktop.1'),
      ps: print(
        `x|${projectName(machine.clone)}||127.0.0.1:${demo.port}->8080/tcp\ny|03-grafana|${folder}|[::]:${step.port}->3000/tcp`,
      ),
    });
    report = await machine.report({
      APP_PORT: `${demo.port}`,
      GRAFANA_PORT: `${step.port}`,
      HTTPS_PROXY: 'http://proxy.example:3128',
      NO_PROXY: 'localhost, 127.0.0.1',
    });
    for (const listening of [demo, step]) listening[Symbol.dispose]();
  });

  it.each<Finding>([
    ['engine.compose', 'ok', '2.24.4-desktop.1'],
    ['port.8080', 'ok', /^in use by your own stack monitoring-workshop-[0-9a-f]{4}$/],
    ['port.3000', 'ok', 'in use by your own stack 03-grafana'],
    ['port.9093', 'ok', 'the engine chooses a free one'],
    ['proxy.shell', 'ok', /go past it$/],
    [
      'proxy.docker',
      'warning',
      'the engine pulls without a proxy, while this shell uses one',
      /proxy|Proxies/,
    ],
    ['engine.disk', 'unknown', /./],
  ])('finds that %s is %s', (...expected) => {
    expectFinding(report, expected);
    expect(report.exitCode).toBe(0);
  });
});

describe.skipIf(isWindows).concurrent('The doctor looks at Docker', () => {
  let machine: TestMachine;
  beforeAll(() => {
    machine = new TestMachine().docker();
  });
  afterAll(() => machine[Symbol.dispose]());

  it('a healthy machine gets exit code 0, and nothing is changed', async () => {
    const before = filesOf(machine.clone);

    const { stdout, stderr, exitCode } = await machine.run();

    expect(stdout).toMatch(/^ {2}✓ Docker engine +28\.0\.0 on Somewhere Linux$/m);
    expect(stdout).toMatch(/^ {2}✓ Image grafana\/grafana:\S+ +pulled$/m);
    expect(stdout).toMatch(/\n\d+ ok, 0 warnings, 0 problems, \d unknown\nnext: npm run demo$/);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(filesOf(machine.clone)).toEqual(before);
  });

  it.each(
    [
      [
        'not running',
        'Cannot connect to the Docker daemon at unix:///x',
        'its engine is not running',
      ],
      ['refusing this user', 'permission denied while trying to connect', 'not allowed to use it'],
    ].flatMap(([how, words = '', seen]) => [
      [how, fail(words), seen],
      [
        `${how}, and its command line ends with 0`,
        info({ ...SILENT, ServerErrors: [words] }),
        seen,
      ],
    ]),
  )(
    'an engine that is %s is the one problem, and what needs it is unknown',
    async (_, answer = '', seen = '') => {
      using machine = new TestMachine().docker({ info: answer });

      const report = await machine.report();

      const wrong = report.findings.filter(({ state }) => state === 'problem');
      expect(wrong.map(({ id }) => id)).toEqual(['engine.running']);
      expectFinding(report, ['engine.running', 'problem', new RegExp(seen), /docker/i]);
      expectFinding(report, ['engine.memory', 'unknown', 'needs a Docker engine that responds']);
      expectFinding(report, ['image.node', 'unknown', 'needs a Docker engine that responds']);
    },
  );

  it('a missing Docker is reported with the command that installs it', async () => {
    const report = await machine.report({ PATH: machine.home });

    expectFinding(report, ['engine.running', 'problem', /no Docker on this machine/, /docker/i]);
    expect(report.next).toMatch(/docker.*npm run doctor/i);
  });

  it('an engine on another machine is a problem, with the way back', async () => {
    using machine = new TestMachine().docker({ 'context inspect': print('ssh://me@server') });

    const report = await machine.report();

    expectFinding(report, [
      'engine.running',
      'problem',
      /on another machine/,
      /context use default/,
    ]);
  });

  it('a range of ports, as several instances share it, is looked at from its first one', async () => {
    using machine = new TestMachine().docker();
    using taken = await listener();

    const free = await machine.report({ APP_PORT: '18080-18082' });
    const held = await machine.report({ APP_PORT: `${taken.port}-${taken.port + 2}` });

    expectFinding(free, ['port.8080', 'ok', 'free']);
    expectFinding(held, ['port.8080', 'problem', /./]);
  });

  it('a compose file that cannot be read is named, with the way back', async () => {
    using machine = new TestMachine().docker();
    machine.edit('solutions/05-load-test/docker-compose.yaml', (text) => `<<<<<<<\n${text}`);

    const { exitCode, stderr } = await machine.run();

    expect(stderr).toMatch(/compose files .* cannot be read.*next: git restore/s);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(exitCode).toBe(2);
  });

  it('a missing compose plugin and an unknown image are both reported', async () => {
    using machine = new TestMachine().docker({
      'compose version': 'exit 1',
      'image inspect': 'exit 1',
      'manifest inspect': fail('no such manifest'),
    });
    machine.edit('solutions/05-load-test/docker-compose.yaml', (text) =>
      text.replace('prom/alertmanager', 'prom/alertmangaer'),
    );

    const report = await machine.report();

    expectFinding(report, [
      'engine.compose',
      'problem',
      /compose plugin.*is missing/,
      /compose|Docker/,
    ]);
    expectFinding(report, ['image.prom/alertmangaer', 'problem', /no such manifest/]);
  });

  // Who does not answer within seconds is unknown to the doctor, and a busy machine may be the reason.
  it('an image that can be pulled and is missing is a problem, with the steps that need it', {
    retry: 2,
  }, async () => {
    using machine = new TestMachine().docker({
      'image inspect': 'exit 1',
      'manifest inspect': print('{}'),
    });

    const report = await machine.report();

    const seen = 'not here yet; its registry has it, and these steps need it: ';
    const fix =
      /^docker pull grafana\/grafana:\S+, or all that are missing: npm run class prepare$/;
    const numbers = STEPS.map(stepNumber);
    const since3 = numbers.filter((number) => number >= 3).join(', ');
    expectFinding(report, ['image.grafana/grafana', 'problem', `${seen}${since3}`, fix]);
    const all = numbers.join(', ');
    expectFinding(report, ['image.node', 'problem', `${seen}${all}`, /^docker pull node:/]);
    const since9 = numbers.filter((number) => number >= 9).join(', ');
    expectFinding(report, [
      'image.prom/pushgateway',
      'problem',
      `${seen}${since9}`,
      /class prepare$/,
    ]);
    const missing = new RegExp(`first build of inbox \\(steps 4–${numbers.at(-1)}\\)`);
    expectFinding(report, ['class.ready', 'problem', missing, 'npm run class prepare']);
    expect(report.exitCode).toBe(2);
  });

  it('a machine is ready for the class when nothing is missing, and the problem says for which step', async () => {
    using lacking = new TestMachine().docker({
      'image inspect': hasAllBut('ghcr.io/google/cadvisor'),
      'manifest inspect': fail('no such host'),
    });

    const [whole, report] = [await machine.report(), await lacking.report()];
    using stale = new TestMachine().docker();
    stale.edit('package-lock.json', (text) =>
      text.replace(/"version": "[^"]*"/g, '"version": "0"'),
    );
    const outdated = await stale.report();

    expectFinding(whole, ['class.ready', 'ok', 'every image and package of every step is here']);
    const seen = /^still missing: cAdvisor 0\.56\.2 \(steps? 9.*\)$/;
    expectFinding(report, ['class.ready', 'problem', seen, 'npm run class prepare']);
    expectFinding(report, ['image.ghcr.io/google/cadvisor', 'warning', /runs without it/]);
    expectFinding(outdated, ['class.ready', 'problem', /npm packages \(every step\)$/]);
    expect([whole.exitCode, report.exitCode]).toEqual([0, 2]);
  });

  it("what only the engine's own mirror may have is left open", async () => {
    using machine = new TestMachine().docker({
      info: info({ RegistryConfig: { Mirrors: ['https://mirror.example/'] } }),
      'image inspect': 'exit 1',
      'manifest inspect': fail('no such host'),
    });

    const report = await machine.report();

    const fix = /^docker pull grafana/;
    expectFinding(report, ['image.grafana/grafana', 'unknown', /a way of its own/, fix]);
  });

  it('lsof names the program where it is the only tool, as on macOS', async () => {
    using machine = new TestMachine();
    using taken = await listener();
    machine.program('ss', 'exit 1');
    machine.program('lsof', print(`p17\ncjava\nf5\nn*:1\nn[::1]:${taken.port}\np18\ncx\nn*:2`));

    const report = await machine.report({ APP_PORT: `${taken.port}` });

    expectFinding(report, ['port.8080', 'problem', 'in use by java (process 17)']);
  });
});

describe('The doctor does not wait', () => {
  it.skipIf(isWindows)(
    'a Docker that hangs is a finding, and the report is there within 5 s',
    async () => {
      using healthy = new TestMachine().docker();
      using machine = new TestMachine().docker({
        info: 'exec sleep 30',
        ps: 'exec sleep 30',
        // A plugin that hangs is a child of its own, and holds the output.
        'compose version': 'sleep 30',
      });
      const usual = await secondsOf(() => healthy.report());

      let limit = 0;
      const took = await secondsOf(async () => {
        const report = await machine.report();
        // Three, or as much longer as programs queue for their turn.
        const late = /^Docker does not respond within \d+ s$/;
        expectFinding(report, ['engine.running', 'problem', late]);
        limit = Number(`${report.find('engine.running')?.seen}`.match(/\d+/)?.[0]);
        expectFinding(report, ['engine.compose', 'unknown', /./]);
      });

      // Where even a healthy report takes long, and not always equally long, the time limit may be added, and no more.
      expect(took).toBeLessThan(Math.max(limit + 2, 2 * usual + limit + 0.5));
    },
  );
});

describe.concurrent('The doctor looks at the clone', () => {
  it('missing packages are reported all the same', async () => {
    using machine = new TestMachine({ packages: false });

    const { stdout, exitCode } = await machine.run();
    const report = await machine.report();

    expect(exitCode).toBe(2);
    expect(stdout).toMatch(
      /✗ npm packages\n {6}seen .*\n {6}fix {7}npm ci\n {6}more {6}docs\/\S+#node-packages\n/,
    );
    expect(stdout).toContain('0 ok, 0 warnings, 1 problem, 0 unknown\nnext: npm ci');
    expectFinding(report, ['node.packages', 'problem', /Cannot find package/, 'npm ci']);
  });

  it.each([
    ['missing', (machine: TestMachine) => machine],
    ['of another version', (machine: TestMachine) => install(machine, '99.1.0')],
  ])('packages that are %s are installed when a class is prepared', async (_, prepare) => {
    using machine = prepare(new TestMachine({ packages: false }));
    machine.program('npm', 'pwd >> npm-was-here; echo "$@" >> npm-was-here; exit 1');

    const { stdout, exitCode } = await machine.run(['prepare'], {}, [], 'class');

    const said = readFileSync(join(machine.clone, 'npm-was-here'), 'utf8');
    expect(said).toBe(`${realpathSync(machine.clone)}\nci --include=dev --no-audit --no-fund\n`);
    // This npm installs nothing, and so nothing else is tried.
    expect([stdout, exitCode]).toEqual([expect.stringContaining('next: npm ci'), 2]);
  });

  it('packages that fit are left alone when a class is prepared', async () => {
    using machine = install(new TestMachine({ packages: false }));
    machine.program('npm', 'touch npm-was-here');

    await machine.run(['prepare'], {}, [], 'class');

    expect(existsSync(join(machine.clone, 'npm-was-here'))).toBe(false);
  });

  it('packages that npm was told to leave out are reported by its own installation, which goes on', async () => {
    using machine = new TestMachine({ packages: false });
    const env = { ...process.env, npm_config_omit: 'dev' };

    const { stdout, exitCode } = await execa('npm', ['run', 'postinstall'], {
      ...{ cwd: machine.clone, env, reject: false },
    });

    expect(stdout).toContain('next: npm ci --include=dev');
    expect(exitCode).toBe(0);
  });

  it('packages installed for another system are reported too', async () => {
    using machine = new TestMachine({ packages: false });
    mkdirSync(join(machine.clone, 'node_modules/tsx'), { recursive: true });
    const words = '\\nYou installed esbuild for another platform\\n\\nMore about it.';
    writeFileSync(join(machine.clone, 'node_modules/tsx/index.js'), `throw new Error('${words}');`);

    const { stdout, stderr, exitCode } = await machine.run();

    expect([stderr, exitCode]).toEqual(['', 2]);
    expect(stdout).toMatch(
      /✗ npm packages\n {6}seen {6}You installed esbuild for another platform\n/,
    );
  });

  it('a repository inside a step is not looked at', async () => {
    using machine = new TestMachine();
    mkdirSync(join(machine.clone, STEP, '.git'));
    writeFileSync(join(machine.clone, STEP, '.git/object'), 'a\r\n', { mode: 0o444 });

    const report = await machine.report();

    expectFinding(report, ['clone.line-endings', 'ok', /./]);
    expectFinding(report, ['clone.writable', 'ok', /./]);
  });

  it('the command for Windows line endings fixes just those', async () => {
    using machine = new TestMachine();
    const paths = [`${STEP}/README.md`, `${STEP}/app/main.ts`];
    const read = () => paths.map((path) => readFileSync(join(machine.clone, path), 'utf8'));
    const before = read();
    for (const path of paths) machine.edit(path, (text) => text.replaceAll('\n', '\r\n'));
    const setting = ['COUNT=1', 'KEY_0=core.autocrlf', 'VALUE_0=true'];
    const env = Object.fromEntries(setting.map((text) => `GIT_CONFIG_${text}`.split('=')));

    const report = await machine.report(env);
    const command = report.find('clone.line-endings')?.fix ?? '';
    await execa(command, { cwd: machine.clone, shell: true });

    const seen = `CRLF in ${paths[0]} and 1 more; git core.autocrlf is true`;
    expectFinding(report, ['clone.line-endings', 'warning', seen]);
    expect(read()).toEqual(before);
  });

  it.skipIf(isWindows)(
    'a read-only folder of a step is named with the command that fixes it',
    async () => {
      using machine = new TestMachine();
      const folder = join(machine.clone, STEP);
      chmodSync(folder, 0o555);
      // Root may write everywhere, unless it gives up that right.
      const asAnybody = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override'] : [];

      const report = await machine.report({}, asAnybody);
      // So that it can be removed.
      chmodSync(folder, 0o755);

      const seen = `${folder} cannot be changed`;
      expectFinding(report, ['clone.writable', 'problem', seen, /chmod -R u\+w/]);
    },
  );

  it('a misspelled option is named and exits with 2', async () => {
    using machine = new TestMachine();

    const { exitCode, stderr } = await machine.run(['--jsno']);

    expect(exitCode).toBe(2);
    expect(stderr).toContain("Unknown option '--jsno'");
  });
});

function expectFinding({ find }: Report, [id, state, seen, fix]: Finding): void {
  const matching = (text: string | RegExp) =>
    typeof text === 'string' ? text : expect.stringMatching(text);
  expect(find(id)).toMatchObject({
    state,
    seen: matching(seen),
    ...(fix && { fix: matching(fix) }),
  });
}

/** A program of our own that listens on a port of this machine. */
async function listener() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.dispose]: () => void server.close() };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** Every path below a folder with its size and time; what node_modules links to is left out. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('node_modules'))
    .map((path) => {
      const { size, mtimeMs } = statSync(join(folder, path));
      return `${path} ${size} ${mtimeMs}`;
    });

/** What is said about a port that this process holds. On a bare machine nothing tells who listens. */
async function byWhom(): Promise<RegExp> {
  const tools = ['ss', 'lsof'].map((name) => execa(name, ['-v'], { reject: false }));
  const isKnown = isWindows || (await Promise.all(tools)).some(({ code }) => code !== 'ENOENT');
  return isKnown ? new RegExp(`process ${process.pid}\\)`) : /of another user/;
}
