import { localized } from '../language.ts';
import type { PlayedCase } from './play.ts';

/** What a person reads of a table that was played. @param seconds how long that took */
export function report(cases: PlayedCase[], seconds: number): string {
  const failed = cases.filter(({ passed }) => !passed).length;
  const passed = cases.length - failed;
  const took = `${seconds.toFixed(1)} s`;
  return [
    ...cases.flatMap(describeCase),
    localized(
      `${passed} passed, ${failed} failed, in ${took}`,
      `${passed} 個通過，${failed} 個失敗，花了 ${took}`,
    ),
  ].join('\n');
}

function describeCase({ name, where, passed, expected, actual, decidedBy }: PlayedCase): string[] {
  const decisions = decidedBy.map(({ where: at, what }) => `    ${at}: ${what}`);
  if (passed) return [`✓ ${name}: ${expected}`, ...decisions];
  return [
    `✗ ${name} (${where})`,
    `    expected: ${expected}`,
    `    actual:   ${actual}`,
    ...decisions,
  ];
}
