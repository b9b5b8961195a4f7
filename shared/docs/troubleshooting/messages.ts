import { type FAULTS, publishedPorts, type Remedy, type SKIPS } from '../../engine/index.ts';
import { parseReference } from '../../images/index.ts';
import { imagesOfSteps, type Seen, type SUBJECTS } from '../../learner/doctor/index.ts';
import { block, firstLine, type Language, type Section, say } from './section.ts';

/** Stands for whatever is known only when a message is printed. */
const OPEN = new Proxy({}, { get: () => '…' }) as never;

const STATES = {
  ok: '✓',
  problem: '✗ seen      ',
  warning: '! seen      ',
  unknown: '· not known: ',
};

/** One section for each fault that ends a command, and for each reason to skip a check. */
export const machineSections = (faults: typeof FAULTS, skips: typeof SKIPS): Section[] => [
  ...Object.entries(faults).map(([id, textOf]) => {
    const { message, next } = textOf(OPEN);
    return sectionOf(id, message, (language) => [
      say(language, 'What it says to do:', '它建議的做法：'),
      block(remedies(next).join('\n')),
    ]);
  }),
  ...Object.entries(skips).map(([id, textOf]) =>
    sectionOf(id, textOf(OPEN), (language) => [
      say(
        language,
        'This does not end the verdict: the checks that need it are skipped, counted, and never called failed.',
        '驗證不會因此結束：需要它的檢查項目會略過並計數，不算失敗。',
      ),
    ]),
  ),
];

/** @param paragraphs what stands below the message, of which the heading shows only the first line */
const sectionOf = (
  id: string,
  message: string,
  paragraphs: (language: Language) => string[],
): Section => ({
  ...{ id, title: firstLine(message) },
  body: (language) =>
    [...(message.includes('\n') ? [block(message)] : []), ...paragraphs(language)].join('\n\n'),
});

/** One section for each subject of the doctor, with every problem, warning and unknown that it can print. */
export const doctorSections = (subjects: typeof SUBJECTS, root: string): Section[] =>
  Object.entries(subjects).map(([id, { title, ...texts }]) => ({
    ...{ id, title, headings: parts(root)[id] },
    body: (language) => {
      const seen = Object.values<(details: never) => Seen>(texts).map((textOf) => textOf(OPEN));
      return [
        say(language, 'What it can print:', '可能印出的訊息：'),
        ...new Set(seen.map((text) => block(printed(text)))),
      ].join('\n\n');
    },
  }));

function printed({ state, seen, fix }: Seen): string {
  const lines = fix ? remedies(fix) : [];
  const label = (index: number) => (index ? '' : 'fix').padEnd(10);
  return [STATES[state] + seen, ...lines.map((text, index) => `  ${label(index)}${text}`)].join(
    '\n',
  );
}

/** A remedy; on which operating systems, where they differ. */
function remedies(remedy: Remedy): string[] {
  if (typeof remedy === 'string') return [remedy];
  const { linux, debian = linux, macos, windows } = remedy;
  const bySystem = Object.entries({ linux, debian, macos, windows });
  return [...new Set(bySystem.map(([, text]) => text))].map((text) => {
    const systems = bySystem.filter(([, other]) => other === text).map(([system]) => system);
    return `${text}   (${systems.join(', ')})`;
  });
}

/** The subjects of which the doctor prints a line for each of several parts. */
const parts = (root: string): Record<string, Section['headings']> => ({
  'image.…': imagesOfSteps(root).map(({ full }) => ({
    id: `image.${parseReference(full).repository}`,
    title: `Image ${full}`,
  })),
  'port.…': publishedPorts(root).map(({ port, variable }) => ({
    id: `port.${port}`,
    title: `Port ${port} (${variable})`,
  })),
});
