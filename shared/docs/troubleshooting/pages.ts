import { FAULTS, SKIPS } from '../../engine/index.ts';
import { CHINESE } from '../../language.ts';
import { SUBJECTS } from '../../learner/doctor/index.ts';
import { build, type Finding } from '../../lessons/index.ts';
import { loadDefinition, pageOf, STEPS, stepNumber } from '../../verify/index.ts';
import { buildSlides } from '../slides.ts';
import { chineseTexts } from './chinese.ts';
import { doctorSections, machineSections } from './messages.ts';
import { type Language, render, type Section } from './section.ts';
import { stepSections } from './steps.ts';
import { overview, top } from './tops.ts';

export const ENGLISH = 'docs/troubleshooting';

/** What knows the messages. */
export const SOURCES = { loadDefinition, faults: FAULTS, skips: SKIPS, subjects: SUBJECTS };

/** The pages as they have to be, and what keeps them from being complete. */
interface Built {
  /** Path from the root → text. */
  pages: Map<string, string>;
  findings: Finding[];
}

/** Troubleshooting, from the checks, the recorded messages, and the catalogues of the doctor and of the faults. */
export async function buildPages(root: string, sources = SOURCES): Promise<Built> {
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
  for (const id of STEPS) {
    const number = stepNumber(id);
    const definition = await sources.loadDefinition(id);
    const [sections, findings] = stepSections(root, definition, lessons);
    built.findings.push(...findings);
    const values = { number, title: definition.title };
    add(pageOf(number), (language) => top('step', language, values), sections);
  }
  add('doctor', (language) => top('doctor', language), doctorSections(sources.subjects, root));
  const machine = machineSections(sources.faults, sources.skips);
  add('machine', (language) => top('machine', language), machine);
  const slides = buildSlides(root);
  for (const [file, text] of slides.pages) built.pages.set(file, text);
  built.findings.push(...slides.findings);
  built.pages.set(`${ENGLISH}/index.md`, overview('en', root));
  built.pages.set(`${CHINESE}/index.md`, overview('zh-TW', root));
  return built;
}

const page = (top: string, sections: string[]): string => `${[top, ...sections].join('\n\n')}\n`;
