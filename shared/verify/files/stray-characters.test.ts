import { expect, it } from 'vitest';
import { findStrayCharacter } from './stray-characters.ts';

it.each([
  ['a.yaml', 'a:\n  b：1\n', ':', 'a.yaml:2', 4],
  ['a.yaml', 'a:\n  b：1\n  c: 2\n', ':', 'a.yaml:2', 4],
  ['a.yaml', 'a: [x， y]\n', ',', 'a.yaml:1', 6],
  ['a.yaml', 'a: "x：y"\n', ':', 'a.yaml:1', 6],
  ['a.yaml', '# 註解：一\na: “x”\n', '"', 'a.yaml:2', 4],
  ['a.yaml', '“a”: 1\n', '"', 'a.yaml:1', 1],
  ['a.yaml', 'a:\n　　b: 1\n', 'a plain space', 'a.yaml:2', 1],
  ['a.yaml', 'expr: >-\n  sum（x） # 說明\n', '(', 'a.yaml:2', 6],
  ['a.yaml', 'annotations:\n  summary: ｛｛ $value ｝｝\n', '{', 'a.yaml:2', 12],
  ['a.yaml', 'command: [—flag]\n', '--', 'a.yaml:1', 11],
  ['a.yaml', 'port: ８０\n', '8', 'a.yaml:1', 7],
  ['a.yaml', 'annotations:\n  summary：停了，請看\n  b: 1\n', ':', 'a.yaml:2', 10],
  ['a.json', '{\n  "a": 1，\n  "b": 2\n}\n', ',', 'a.json:2', 9],
  ['a.json', '{ “a”: 1 }\n', '"', 'a.json:1', 3],
  ['a.ts', 'f（1）;\n', '(', 'a.ts:1', 2],
  ['a.ts', "const a = '說：好'; g(a，1);\n", ',', 'a.ts:1', 21],
  ['a.ts', 'import x from “x”;\n', '"', 'a.ts:1', 15],
  ['Dockerfile', '# 說明：一\nCMD [“a”]\n', '"', 'Dockerfile:2', 6],
])('in %s, %j has one', (path, text, plain, where, column) => {
  expect(findStrayCharacter(path, text)).toMatchObject({
    expected: plain.startsWith('a ') ? plain : `the plain character ${plain}`,
    actual: expect.stringMatching(new RegExp(` in column ${column}$`)),
    where,
  });
});

it.each([
  ['a.yaml', '# 說明：（一）“二”\na: 1\n'],
  ['a.yaml', 'annotations:\n  summary: 服務「web」停了（1 分鐘），請看：{{ $labels.instance }}\n'],
  ['a.yaml', 'annotations: { summary: "CPU：{{ $value }}％" }\n'],
  ['a.yaml', 'name: 網路：一\nx-note: a — b\n'],
  ['a.yaml', "name: it's – or it’s\n"],
  ['a.json', '{ "title": "CPU：高", "name": "流量：每秒" }\n'],
  ['a.ts', '// 說明：一\nconst a = `服務：一`; // “c”\n'],
  ['a.ts', "const 數 = '：'; x.replace(/：/g, ':');\n"],
  ['Dockerfile', 'RUN echo "完成：好"\n'],
])('in %s, %j has none', (path, text) => {
  expect(findStrayCharacter(path, text)).toBeUndefined();
});
