/** What a fake `docker` answers: the start of its words → a shell script. */
export type Answers = Record<string, string>;

export const print = (text: string): string => `cat <<'END'\n${text}\nEND`;
export const fail = (text: string): string => `echo '${text}' >&2; exit 1`;

/** A healthy engine's answer to `docker info`. It runs on another machine, so its disk is not looked at. */
const INFO = {
  ServerVersion: '28.0.0',
  OperatingSystem: 'Somewhere Linux',
  Name: 'elsewhere',
  MemTotal: 8e9,
  NCPU: 4,
  DockerRootDir: '/var/lib/docker',
  SystemTime: 'NOW',
  RegistryConfig: { Mirrors: null },
};

/** The answer with other values where they are given; its time is that of the question. */
export const info = (values: object = {}): string => {
  const text = JSON.stringify({ ...INFO, ...values });
  return `echo '${text}' | sed "s/NOW/$(date -u +%Y-%m-%dT%H:%M:%SZ)/"`;
};

/** Every image that is asked for is here, but for those whose names begin so. */
export const hasAllBut = (missing = '-'): string =>
  `shift 4; for name; do case $name in ${missing}*) ;; *) echo "[\\"$name\\"]||1|1000";; esac; done`;

export const HEALTHY: Answers = {
  info: info(),
  'compose version': print('2.40.3'),
  'image inspect': hasAllBut(),
  ps: '',
};
