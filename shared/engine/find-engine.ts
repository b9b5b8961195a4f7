import { execa } from 'execa';

/** What is there of Docker on this machine. */
export type EngineState =
  | { kind: 'ready'; version: string; composeVersion: string }
  | { kind: 'no-client' | 'no-engine' | 'no-permission' | 'no-compose' };

/** Asks Docker's own command line, because it knows contexts, sockets and pipes of every platform. */
export async function findEngine(): Promise<EngineState> {
  const client = await execa('docker', ['version', '--format', '{{.Server.Version}}'], {
    reject: false,
  });
  if (client.code === 'ENOENT') return { kind: 'no-client' };
  if (client.failed) return { kind: whyRefused(client.stderr) };

  const compose = await execa('docker', ['compose', 'version', '--short'], { reject: false });
  if (compose.failed) return { kind: 'no-compose' };
  await useTheSameEngineForTestcontainers();
  return { kind: 'ready', version: client.stdout, composeVersion: compose.stdout };
}

/** What it means when Docker's command line cannot speak with its engine. */
export const whyRefused = (stderr: string): 'no-permission' | 'no-engine' =>
  /permission denied/i.test(stderr) ? 'no-permission' : 'no-engine';

/** Testcontainers looks only at the usual sockets; a Docker context (Colima, OrbStack) may name another. */
async function useTheSameEngineForTestcontainers(): Promise<void> {
  if (!process.env.DOCKER_HOST) {
    const context = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
    const { stdout = '' } = await execa('docker', context, { reject: false });
    if (stdout.startsWith('unix://') && stdout !== 'unix:///var/run/docker.sock') {
      process.env.DOCKER_HOST = stdout;
      process.env.TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE ??= '/var/run/docker.sock';
    }
  }
  // Inside a container (Codespaces, CI) it would look at the bridge's gateway, but every port here is on loopback.
  if (!/^(tcp|https?|ssh):/.test(process.env.DOCKER_HOST ?? ''))
    process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1';
}
