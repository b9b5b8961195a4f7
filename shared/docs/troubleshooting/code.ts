import { join, relative } from 'node:path';
import type { Expression, Node, SourceFile } from 'typescript/unstable/ast';
import {
  isArrowFunction,
  isBlock,
  isVariableDeclaration,
  isVariableDeclarationList,
} from 'typescript/unstable/ast/is';
import { API, type Project, SymbolFlags } from 'typescript/unstable/sync';

/** The repository's own TypeScript, as the compiler understands it. Dispose it to end the compiler. */
export class Code implements Disposable {
  readonly root: string;
  readonly #api: API;
  readonly #project: Project;

  constructor(root: string) {
    this.root = root;
    this.#api = new API({ cwd: root });
    const snapshot = this.#api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] });
    const [project] = snapshot.getProjects();
    if (!project) throw new Error(`${root} has no TypeScript project`);
    this.#project = project;
  }

  /** The files below one of these folders, tests aside, as paths from the root. */
  files(folders: string[]): string[] {
    return this.#project.program
      .getSourceFileNames()
      .map((path) => relative(this.root, path).replaceAll('\\', '/'))
      .filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
      .filter((path) => !path.startsWith('shared') || !/\.test\.ts$|\/test-/.test(path))
      .sort();
  }

  /** Every node of a file that is wanted, in the order of the text. */
  find<T extends Node>(path: string, isWanted: (node: Node) => node is T): T[] {
    const found: T[] = [];
    const visit = (node: Node): void => {
      if (isWanted(node)) found.push(node);
      node.forEachChild(visit);
    };
    visit(this.#project.program.getSourceFile(join(this.root, path)) as SourceFile);
    return found;
  }

  /** What a name stands for: the value of a constant, or the one expression that a function answers. */
  meaningOf(name: Node): Expression | undefined {
    const { checker } = this.#project;
    const symbol = checker.getSymbolAtLocation(name);
    const isAlias = symbol && (symbol.flags & SymbolFlags.Alias) !== 0;
    const declared = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
    const node = declared?.valueDeclaration?.resolve();
    if (!node || !isVariableDeclaration(node) || !node.initializer) return undefined;
    const { parent, initializer } = node;
    // A variable that is assigned anew may hold anything.
    if (isVariableDeclarationList(parent) && !/^const\b/.test(parent.getText())) return undefined;
    if (!isArrowFunction(initializer)) return initializer;
    return isBlock(initializer.body) ? undefined : initializer.body;
  }

  /** The words that an expression can be, where its type says so. */
  wordsOf(expression: Node): string[] {
    const type = this.#project.checker.getTypeAtLocation(expression);
    const types = type?.isUnionType() ? type.getTypes() : type ? [type] : [];
    return types.flatMap((one) => (one.isStringLiteralType() ? one.value : []));
  }

  [Symbol.dispose](): void {
    this.#api.close();
  }
}
