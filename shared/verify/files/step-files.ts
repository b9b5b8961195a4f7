import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isJunkFile, isSecret } from './file-names.ts';
import { fail } from './finding.ts';
import { parseJson } from './json-file.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** Names that `docker compose` itself looks for, in its order. */
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The files of the step that is judged. Paths are relative to its folder, with slashes. */
export class StepFiles {
  readonly directory: string;
  /** Many checks ask for the same file, and parsing it is most of what they do. */
  #parsed = new Map<string, { text: string; file: YamlFile }>();

  constructor(directory: string) {
    this.directory = directory;
  }

  exists(path: string): boolean {
    return existsSync(join(this.directory, path));
  }

  /** @throws CheckFailure when the file is missing, is a folder, or is not UTF-8 */
  text(path: string): string {
    const full = join(this.directory, path);
    if (!existsSync(full)) {
      fail({
        expected: `a file ${path}`,
        actual: 'no such file',
        where: `${path} (missing)`,
        hint: 'Look for a typo in the name of the file or of its folder, including upper and lower case.',
      });
    }
    if (statSync(full).isDirectory()) {
      fail({
        expected: `a file ${path}`,
        actual: 'a folder of that name',
        where: path,
        hint: 'Docker creates a folder where a mounted file does not exist. Remove the folder, then create the file.',
      });
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(full));
    } catch {
      return fail({
        expected: 'text in UTF-8',
        actual: 'bytes that are not UTF-8',
        where: `${path}:1`,
        hint: 'Save the file with the encoding UTF-8; editors show it in the status bar.',
      });
    }
  }

  /** @throws CheckFailure with the line when it does not parse, or is empty */
  yaml(path: string): YamlFile {
    const text = this.text(path);
    const earlier = this.#parsed.get(path);
    if (earlier?.text === text) return earlier.file;
    const file = parseYaml(path, text);
    this.#parsed.set(path, { text, file });
    return file;
  }

  /** @throws CheckFailure with the line when it does not parse */
  json(path: string): unknown {
    return parseJson(path, this.text(path));
  }

  /** The compose file, under whichever of the usual names. */
  composePath(): string {
    return COMPOSE_FILES.find((name) => this.exists(name)) ?? 'docker-compose.yaml';
  }

  /** Where a pattern stands in a source file: "app/metrics.ts:14", or the file alone when it does not. */
  find(path: string, pattern: RegExp): string {
    if (!this.exists(path)) return `${path} (missing)`;
    const line = this.text(path)
      .split('\n')
      .findIndex((text) => pattern.test(text));
    return line < 0 ? path : `${path}:${line + 1}`;
  }

  /** Every file below the folder that a learner may edit, sorted. */
  all(folder = ''): string[] {
    const names = readdirSync(join(this.directory, folder)).sort();
    return names.flatMap((name) => {
      const path = folder ? `${folder}/${name}` : name;
      if (isJunkFile(name)) return [];
      // A link may lead nowhere.
      const found = statSync(join(this.directory, path), { throwIfNoEntry: false });
      if (!found) return [];
      return found.isDirectory() ? this.all(path) : [path];
    });
  }

  /** Where the first TODO stands that is left: "app/metrics.ts:14". */
  todo(): string | undefined {
    const paths = this.all().filter((path) => !/\.md$|\.test\.|(^|\/)\.|\.(png|svg)$/.test(path));
    const path = paths.find((path) => /\bTODO: /.test(this.#bytes(path).toString('latin1')));
    return path && this.find(path, /\bTODO: /);
  }

  /** Eight characters that change with any byte of any file, so that a verdict says what it judged. */
  contentHash(): string {
    const hash = createHash('sha256');
    for (const path of this.all().filter((path) => !isSecret(path)))
      hash.update(path).update(this.#bytes(path));
    return hash.digest('hex').slice(0, 8);
  }

  /** Nothing of what may not be read. */
  #bytes(path: string): Buffer {
    try {
      return readFileSync(join(this.directory, path));
    } catch {
      return Buffer.alloc(0);
    }
  }
}
