import { PORT_VARIABLES } from '../../engine/index.ts';
import { parseReference } from '../../images/index.ts';
import { finishedStack } from '../../learner/doctor/index.ts';
import { build, type Finding } from '../../lessons/index.ts';
import { loadDefinition, pageOf, STEPS } from '../../verify/index.ts';
import { CHINESE, chineseTexts } from './chinese.ts';
import { Code } from './code.ts';
import { doctorSections } from './doctor.ts';
import { faultSections } from './faults.ts';
import { overview } from './overview.ts';
import { type Language, render, type Section } from './section.ts';
import { stepSections } from './steps.ts';
import { doctorTop, faultsTop, stepTop } from './tops.ts';

export const ENGLISH = 'docs/troubleshooting';

/** The pages as they have to be, and what keeps them from being complete. */
export interface Built {
  /** Path from the root → text. */
  pages: Map<string, string>;
  findings: Finding[];
}

/** Troubleshooting, from the checks, the recorded messages, the doctor and the faults that the code knows. */
export async function buildPages(root: string): Promise<Built> {
  const built: Built = { pages: new Map(), findings: [] };
  const add = (name: string, top: (language: Language) => string, sections: Section[]): void => {
    const [texts, findings] = chineseTexts(root, name, sections);
    built.findings.push(...findings);
    const english = sections.map((section) => render(section, 'en'));
    const chinese = sections.map((section) =>
      render(section, 'zh-TW', texts.get(section.id)?.text),
    );
    built.pages.set(`${ENGLISH}/${name}.md`, page(top('en'), english));
    built.pages.set(`${CHINESE}/${name}.md`, page(top('zh-TW'), chinese));
  };

  const { lessons } = await build(root);
  for (const [index, id] of STEPS.entries()) {
    const [sections, findings] = await stepSections(root, index + 1, lessons);
    built.findings.push(...findings);
    const { title } = await loadDefinition(id);
    add(pageOf(index + 1), (language) => stepTop(language, index + 1, title), sections);
  }
  using code = new Code(root);
  add('doctor', doctorTop, doctorSections(code, variants(root)));
  add('machine', faultsTop, faultSections(code));
  built.pages.set(`${ENGLISH}/index.md`, overview('en', root));
  built.pages.set(`${CHINESE}/index.md`, overview('zh-TW', root));
  return built;
}

const page = (top: string, sections: string[]): string => `${[top, ...sections].join('\n\n')}\n`;

/** What the doctor prints one line each of. */
const variants = (root: string) => ({
  'image.…': finishedStack(root).images.map((full) => ({
    id: `image.${parseReference(full).repository}`,
    title: `Image ${full}`,
  })),
  'port.…': Object.entries(PORT_VARIABLES).map(([port, variable]) => ({
    id: `port.${port}`,
    title: `Port ${port} (${variable})`,
  })),
});
