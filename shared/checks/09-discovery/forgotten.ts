import { parseDuration } from '../../duration.ts';
import { alertRule } from '../../verify/expect/index.ts';
import { fail, readSettings, type StepUnderTest } from '../../verify/files/index.ts';
import { type Job, PASSED_ON, refreshInterval } from './scrape-jobs.ts';

/**
 * From the moment an instance is gone, its series say that it fails, until their last value no longer holds.
 *
 * @throws CheckFailure when the alert would fire for an instance that was taken away
 */
export function expectForgotten(step: StepUnderTest, job: Job | undefined, alert: string): void {
  const { file } = readSettings(step, 'prometheus');
  const rule = alertRule(step, alert);
  const patience = parseDuration(rule.get('for') ?? '0s');
  const scrape = parseDuration(
    job?.get('scrape_interval') ?? file.get(['global', 'scrape_interval']) ?? '1m',
  );
  if (!job || refreshInterval(job) + PASSED_ON + 2 * scrape < patience) return;
  const most = patience - PASSED_ON - 2 * scrape;
  const asked = job.get('dns_sd_configs', 0, 'refresh_interval');
  fail({
    expected:
      most > 0
        ? `refresh_interval: of less than ${most}s`
        : `for: of more than ${refreshInterval(job) + PASSED_ON + 2 * scrape}s, in ${alert}`,
    actual:
      most > 0
        ? asked === undefined
          ? 'no refresh_interval, which means 30s'
          : `refresh_interval: ${asked}`
        : `for: ${rule.get('for')}`,
    where: most > 0 ? job.where('dns_sd_configs', 0, 'refresh_interval') : rule.where('for'),
    hint: `Until DNS is asked again, then up to ${PASSED_ON} s, and for two scrapes more, an instance that was taken away looks like one that crashed. ${alert} must wait longer than that.`,
  });
}
