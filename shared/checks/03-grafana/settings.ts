import { hostPath, type StepUnderTest } from '../../verify/files/index.ts';

/** One setting of Grafana, and where it is made. */
interface Setting {
  /** As it is written there: "GF_USERS_ALLOW_SIGN_UP", or "allow_sign_up". */
  name: string;
  value: string;
  where: string;
}

/** A setting of a section, such as security and admin_password: a variable wins over grafana.ini. */
export function settingOf(step: StepUnderTest, section: string, key: string): Setting | undefined {
  const { environment, whereSet } = step.compose().service('grafana');
  const name = `GF_${section}_${key}`.replaceAll('.', '_').toUpperCase();
  const value = environment[name];
  if (value) return { name, value, where: whereSet(name) };
  return inIni(step, section, key);
}

/** Grafana takes each of these for true. */
export const isOn = (setting: Setting | undefined): boolean =>
  /^(1|t|true|y|yes|on)$/i.test(setting?.value ?? '');

/** A setting in grafana.ini, where one of the step's files is mounted as such. */
function inIni(step: StepUnderTest, section: string, key: string): Setting | undefined {
  const grafana = step.compose().service('grafana');
  const path = hostPath(grafana, grafana.environment.GF_PATHS_CONFIG || '/etc/grafana/grafana.ini');
  if (!path || !step.files.exists(path)) return undefined;
  let current = '';
  for (const [index, line] of step.files.text(path).split(/\r?\n/).entries()) {
    current = line.match(/^\s*\[(.+)\]/)?.[1] ?? current;
    const [, name, value = ''] = line.match(/^\s*(\w+)\s*=\s*(.*?)\s*$/) ?? [];
    if (current === section && name === key)
      return { name, value: value.replace(/^(["'`])(.*)\1$/, '$2'), where: `${path}:${index + 1}` };
  }
  return undefined;
}
