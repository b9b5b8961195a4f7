import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './finding.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** Names that `docker compose` itself looks for, in its order. */
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** And beside it. */
const OVERRIDES = ['compose', 'docker-compose'].flatMap((name) => [
  `${name}.override.yml`,
  `${name}.override.yaml`,
]);

/**
 * Path and text → what is in it. Parsing is most of what checks do: many ask for the same file, and of one judgement to the
 * next most files stay as they are. Nobody changes what is parsed.
 */
const parsed = new Map<string, YamlFile>();
const PARSED = 200;

/** The files of the step that is judged. Paths are relative to its folder, with slashes. */
export class StepFiles {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  exists(path: string): boolean {
    return existsSync(join(this.directory, path));
  }

  isFolder(path: string): boolean {
    return statSync(join(this.directory, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  }

  /** @throws CheckFailure when the file is missing, is a folder, or is not UTF-8 */
  text(path: string): string {
    const full = join(this.directory, path);
    const kind = statSync(full, { throwIfNoEntry: false });
    if (!kind) {
      fail({
        expected: `a file ${path}`,
        actual: 'no such file',
        where: `${path} (missing)`,
        hint: 'Look for a typo in the name of the file or of its folder, including upper and lower case.',
      });
    }
    if (kind.isDirectory()) {
      const inside = readdirSync(full);
      fail({
        expected: `a file ${path}`,
        actual: `a folder of that name, ${inside.length ? `with ${inside.slice(0, 3).join(', ')} in it` : 'empty'}`,
        where: path,
        hint: inside.length
          ? 'Keep what is in it: give the folder another name. If a mount leads here, it must name a file on both sides, or a folder on both.'
          : 'Docker creates an empty folder where a mounted file does not exist. rmdir takes away an empty folder, and no other; then create the file.',
      });
    }
    let bytes: Buffer;
    try {
      bytes = readFileSync(full);
    } catch (error) {
      return fail({
        expected: 'a file that may be read',
        actual: (error as Error).message,
        where: path,
        hint: 'After sudo a file may belong to root. Make it yours to read: ls -l says whose it is.',
      });
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return fail({
        expected: 'text in UTF-8',
        actual: 'bytes that are not UTF-8',
        where: `${path}:1`,
        hint: 'Save the file with the encoding UTF-8; editors show it in the status bar.',
      });
    }
  }

  /**
   * @param text what is in it, where that is not read as it is
   * @throws CheckFailure with the line when it does not parse, or is empty
   */
  yaml(path: string, text = this.text(path)): YamlFile {
    const key = `${path}\n${text}`;
    const file = parsed.get(key) ?? parseYaml(path, text);
    // The one that was asked for last stays longest.
    parsed.delete(key);
    parsed.set(key, file);
    const [oldest = ''] = parsed.keys();
    if (parsed.size > PARSED) parsed.delete(oldest);
    return file;
  }

  /** @throws CheckFailure with the line when it does not parse */
  json(path: string): unknown {
    const text = this.text(path);
    try {
      return JSON.parse(text);
    } catch (error) {
      const message = (error as Error).message;
      return fail({
        expected: 'JSON that parses',
        actual: message.replace(/ in JSON at position.*| \(line.*/s, ''),
        where: `${path}:${findErrorLine(message, text)}`,
        hint: 'JSON wants a comma between two entries, none after the last one, and no comments. Inside a text a " is written \\", and a text stands on one line.',
      });
    }
  }

  /** The compose file, under whichever of the usual names. */
  composePath(): string {
    return COMPOSE_FILES.find((name) => this.exists(name)) ?? 'docker-compose.yaml';
  }

  /** The same, and the file beside it that overrides it, if there is one. */
  composePaths(): string[] {
    return [this.composePath(), ...OVERRIDES.filter((name) => this.exists(name)).slice(0, 1)];
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
    const inside = readdirSync(join(this.directory, folder), { withFileTypes: true });
    const sorted = inside.sort((one, other) => (one.name < other.name ? -1 : 1));
    return sorted.flatMap((entry) => {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (isJunkFile(entry.name)) return [];
      if (entry.isFile()) return [path];
      // A link may lead nowhere.
      if (!this.exists(path)) return [];
      return this.isFolder(path) ? this.all(path) : [path];
    });
  }

  /** Where the first TODO stands that is left: "app/metrics.ts:14". */
  todo(): string | undefined {
    const paths = this.all().filter((path) => !/\.md$|\.test\.|(^|\/)\.|\.(png|svg)$/.test(path));
    const path = paths.find((path) => /\bTODO: /.test(this.readable(path)));
    return path && this.find(path, /\bTODO: /);
  }

  /** Eight characters that change with any byte of any file, so that a verdict says what it judged. */
  contentHash(): string {
    const hash = createHash('sha256');
    for (const path of this.all().filter((path) => !isSecret(path)))
      hash.update(path).update(this.#bytes(path));
    return hash.digest('hex').slice(0, 8);
  }

  /** Its text, whatever is in it; empty where it may not be read. */
  readable(path: string): string {
    return this.#bytes(path).toString('utf8');
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

/** V8 names the position of most errors; without one the text ended too early. */
function findErrorLine(message: string, text: string): number {
  const position = Number(message.match(/position (\d+)/)?.[1] ?? text.length);
  return text.slice(0, position).split('\n').length;
}

/** "a/b/c.json" has a, then a/b. */
export const foldersAbove = (path: string): string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, names) => names.slice(0, index + 1).join('/'));

/** A secret that is generated on the first run, such as secrets/grafana/admin_password; its example is none. The same rule stands in .gitignore. */
export const isSecret = (path: string): boolean =>
  /(^|\/)secrets\/[^/]+\/[^/]+$/.test(path) && !path.endsWith('.example');

/** What installers, this workshop, Git, systems and editors put into folders: no part of a learner's work. */
export const isJunkFile = (name: string): boolean =>
  /^(node_modules|\.env|\.git|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.?#.*|.*~|.*\.sw[a-px])$/.test(
    name,
  );
