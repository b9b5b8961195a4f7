import { explanation, localized } from '../../language.ts';
import type { StepFiles } from '../files/index.ts';
import type { Result, VerifyEvent } from '../runner/index.ts';
import { type Refusal, typeErrors } from './type-errors.ts';

/**
 * What an editor marks: a line for each failure, in the form that editors know, "steps/01-app/app/main.ts:23: ✗ …". The
 * problem matcher of .vscode/tasks.json reads it, between a line that begins and one that ends. To a person it says once
 * more what stands above.
 */
export class Marks {
  readonly #files: StepFiles;
  #title = '';
  #directory = '';
  #failed: Result[] = [];
  #sources = '';
  #types: Promise<Refusal[]> = Promise.resolve([]);

  constructor(files: StepFiles) {
    this.#files = files;
  }

  /** The lines that an event of a judgement asks for: all marks anew, as soon as there is another one. */
  async after(event: VerifyEvent): Promise<string[]> {
    if ('start' in event) {
      const { number, directory } = event.start;
      this.#title = localized(`Step ${number} · so far`, `第 ${number} 步 · 目前`);
      this.#directory = directory;
      this.#failed = [];
      this.#askCompiler();
    }
    if ('result' in event && event.result.finding) this.#failed.push(event.result);
    if ('verdict' in event) return this.#all(event.verdict.solved);
    const isNew = 'result' in event && event.result.finding && event.result.kind !== 'static';
    // Where files have failed nothing more is asked, and the verdict comes at once.
    if (!isNew && !('files' in event && this.#failed.length === 0)) return [];
    const marks = await this.#all();
    const asking = localized('still asking', '還在詢問');
    return marks.length > 0
      ? [this.#title, ...marks, `${this.#files.contentHash()} ${asking} …`, this.#title]
      : [];
  }

  /** While it works the files are judged. What it has said holds until another source file is saved. */
  #askCompiler(): void {
    const paths = this.#files.all().filter((path) => /(?<!\.test)\.ts$/.test(path));
    const sources = paths.map((path) => `${path}\n${this.#files.readable(path)}`).join('\n');
    if (sources === this.#sources) return;
    this.#sources = sources;
    this.#types = typeErrors(this.#files.directory, paths);
  }

  /** What is solved has no marks, whatever the compiler thinks of it. */
  async #all(isSolved = false): Promise<string[]> {
    const types = isSolved ? [] : await this.#types;
    return [
      ...this.#failed.flatMap(({ title, finding, more }) => {
        if (!finding) return [];
        const { where, expected, actual } = finding;
        const meaning = explanation(more) ?? finding.hint;
        return this.#line(where, `${title}. expected: ${expected}; actual: ${actual}. ${meaning}`);
      }),
      ...types.map(({ where, problem }) => this.#line(where, problem)),
    ];
  }

  #line(place: string, message: string): string {
    const [, path = place, line = 1] = place.match(/^(.+?)(?::(\d+)| \(.*\))$/) ?? [];
    return `${this.#directory}/${path}:${line}: ✗ ${message.replaceAll(/\s+/g, ' ')}`;
  }
}
