import type { Language } from '../language.ts';
import { STEPS, stepNumber } from '../verify/runner/index.ts';

const STEP_PAGES = STEPS.map((id) => `step-${stepNumber(id)}`);

/** The English files in reading order, below the heading that the menu of the site shows in each language. */
export const SECTIONS: { title: Record<Language, string>; files: string[] }[] = [
  {
    title: { en: 'Begin', 'zh-TW': '入門' },
    files: ['docs/index.md', 'README.md', 'docs/first-ten-minutes.md'],
  },
  {
    title: { en: 'Steps', 'zh-TW': '步驟' },
    files: STEPS.flatMap((step) => [`solutions/${step}/README.md`, `solutions/${step}/hints.md`]),
  },
  {
    title: { en: 'Concepts', 'zh-TW': '概念' },
    files: [
      'index',
      'why-monitor',
      'pull-or-push',
      'architecture',
      'metric-types',
      'labels-and-cardinality',
      'alert-in-time',
      'service-level-objectives',
      'what-comes-next',
      'how-far',
    ].map((name) => `docs/concepts/${name}.md`),
  },
  {
    title: { en: 'Look up', 'zh-TW': '查閱' },
    files: ['promql', 'routing', 'swarm', 'glossary', 'figures'].map((name) => `docs/${name}.md`),
  },
  {
    title: { en: 'Troubleshooting', 'zh-TW': '疑難排解' },
    files: ['index', ...STEP_PAGES, 'doctor', 'machine'].map(
      (name) => `docs/troubleshooting/${name}.md`,
    ),
  },
  {
    title: { en: 'Runbooks', 'zh-TW': '處理手冊' },
    files: [
      'index',
      'ClusterSplit',
      'DiskFillsUp',
      'ErrorBudgetBurnsFast',
      'ErrorBudgetBurnsSlowly',
      'InstanceDown',
      'ProbeFailed',
      'ReloadFailed',
      'ReportOverdue',
      'StoreBehind',
      'TooManyErrors',
      'TooManyRequests',
      'Watchdog',
    ].map((name) => `docs/runbooks/${name}.md`),
  },
  {
    title: { en: 'Instructors', 'zh-TW': '講師' },
    files: ['index', 'agenda', 'steps', 'slides', 'exercises', 'offline', 'board'].map(
      (name) => `docs/instructor/${name}.md`,
    ),
  },
  {
    title: { en: 'Decisions', 'zh-TW': '決策' },
    files: [
      'README',
      'alert-timing',
      'documentation',
      'grafana',
      'high-availability',
      'house',
      'images',
      'secrets',
      'snapshots',
      'stack',
      'verdicts',
      'watch',
    ]
      .map((name) => `docs/decisions/${name}.md`)
      .concat('CHANGELOG.md'),
  },
];
