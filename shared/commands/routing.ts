import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { localized } from '../language.ts';
import { HttpError } from '../stack/index.ts';
import { CheckFailure, parseYaml } from '../verify/files/index.ts';
import { FINISHED } from '../verify/index.ts';
import { asJson, atMost, type Commands, ROOT, refuse, whereTyped } from './command.ts';

/** The finished system says which Alertmanager. */
const COMPOSE_FILE = join(ROOT, 'solutions', FINISHED, 'docker-compose.yaml');

const OPTIONS = {
  config: { type: 'string' },
  alertmanager: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Plays a table of alerts and who must get them. Exits with 1 when a case fails, with 2 when nothing can be played. */
export const routingCommands: Commands = {
  async routing(args, signal) {
    const { values, positionals } = parseArgs({
      args,
      options: OPTIONS,
      allowPositionals: true,
    });
    const [named] = atMost(1, positionals);
    if (named === undefined) {
      return refuse(
        localized(
          'Which table? npm run routing -- FILE [--config alertmanager.yaml | --alertmanager URL]',
          '要執行哪一份表格？npm run routing -- FILE [--config alertmanager.yaml | --alertmanager URL]',
        ),
      );
    }
    const file = whereTyped(named);
    const { playRouting, readRunning, report } = await import('../routing/index.ts');
    const start = Date.now();
    try {
      const table = await read(file);
      const { config = join(dirname(file), 'alertmanager.yaml'), alertmanager } = values;
      const rules = alertmanager
        ? await readRunning(alertmanager)
        : { config: await read(whereTyped(config)), version: undefined };
      const image = String(
        parseYaml(COMPOSE_FILE, (await read(COMPOSE_FILE)).text).get([
          'services',
          'alertmanager',
          'image',
        ]),
      );
      if (!values.json) console.log(heading(file, rules.config.file, image, rules.version));
      const cases = await playRouting({ ...rules, table, image, signal });
      const ok = cases.every(({ passed }) => passed);
      console.log(
        values.json ? asJson({ ok, cases }) : report(cases, (Date.now() - start) / 1_000),
      );
      return ok ? 0 : 1;
    } catch (error) {
      if (error instanceof CheckFailure) {
        const { expected, actual, where, hint } = error.finding;
        return refuse(
          `${where}\n  expected  ${expected}\n  actual    ${actual}\n  hint      ${hint}`,
        );
      }
      // What a file or a server says; faults of the machine say it themselves.
      const isPlain = (error as Error).constructor === Error || error instanceof HttpError;
      if (!signal.aborted && isPlain) return refuse((error as Error).message);
      throw error;
    }
  },
};

/** @throws Error that says which file cannot be read */
async function read(file: string) {
  const text = await readFile(file, 'utf8').catch(({ code, message }: NodeJS.ErrnoException) => {
    throw new Error(
      code === 'ENOENT' ? localized(`There is no file ${file}`, `沒有 ${file} 這個檔案`) : message,
    );
  });
  return { file, text };
}

/** @param version of the running Alertmanager, whose routing may differ from ours */
function heading(table: string, config: string, image: string, version?: string): string {
  const ours = image.replace(/.*:v?/, '');
  const lines = [
    localized(
      `${table}, played by Alertmanager ${ours} with ${config}; nothing is sent`,
      `${table}：由 Alertmanager ${ours} 依 ${config} 執行；不會送出任何東西`,
    ),
  ];
  if (version && version !== ours) {
    lines.push(
      localized(
        `The running one is version ${version}, and may route differently.`,
        `執行中的是 ${version} 版，路由的結果可能不同。`,
      ),
    );
  }
  return lines.join('\n');
}
