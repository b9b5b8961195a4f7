import { readFileSync, existsSync } from 'node:fs'; import { dirname, join, relative } from 'node:path';
const ROOT='/work/wt/silent';
const NOT_LOADED = /^shared\/(commands\/(demo|docs|learner|lessons|machine|usage|workshop)|verify\/watch\/index|learner\/index|stack\/(browser|test-setup)|verify\/expect\/grafana\/schemas|engine\/install-engine|images\/(build-from-packages|outlook|recipes))\.ts$/;
const found = new Set(['shared/start.js', 'shared/checks/04-alertmanager/index.ts']);
for (const path of found) { const code = readFileSync(join(ROOT, path), 'utf8').replaceAll(/^(im|ex)port type [^;]*;/gm,'');
 for (const [, target = ''] of code.matchAll(/(?:from |import\(|import )'(\.[^']+)'/g)) { const imported = relative(ROOT, join(ROOT, dirname(path), target)); if (!NOT_LOADED.test(imported) && existsSync(join(ROOT, imported))) found.add(imported); } }
console.log(found.size, [...found].map(p=>p+':'+readFileSync(p,'utf8').split('\n').length).filter(p=>Number(p.split(':')[1])<60).join('\n'));
