import { execa } from 'execa';

/** What is there of Docker on this machine. */
export type EngineState =
  | { kind: 'ready'; version: string; composeVersion: string }
  | { kind: 'no-client' | 'no-engine' | 'no-permission' | 'no-compose' };

/** Asks Docker's own command line, because it knows contexts, sockets and pipes of every platform. */
export async function findEngine(): Promise<EngineState> {
  const ask = (...words: string[]) => execa('docker', words, { reject: false });
  const [client, compose, context] = await Promise.all([
    ask('version', '--format', '{{.Server.Version}}'),
    ask('compose', 'version', '--short'),
    ask('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'),
  ]);
  if (client.code === 'ENOENT') return { kind: 'no-client' };
  if (client.failed) return { kind: whyRefused(client.stderr) };
  if (compose.failed) return { kind: 'no-compose' };
  useTheSameEngineForTestcontainers(context.stdout ?? '');
  return { kind: 'ready', version: client.stdout, composeVersion: compose.stdout };
}

/** What it means when Docker's command line cannot speak with its engine. */
export const whyRefused = (stderr: string): 'no-permission' | 'no-engine' =>
  /permission denied/i.test(stderr) ? 'no-permission' : 'no-engine';

/** Testcontainers looks only at the usual sockets; a Docker context (Colima, OrbStack) may name another. */
function useTheSameEngineForTestcontainers(socket: string): void {
  const isUnusual = socket.startsWith('unix://') && socket !== 'unix:///var/run/docker.sock';
  if (!process.env.DOCKER_HOST && isUnusual) {
    process.env.DOCKER_HOST = socket;
    process.env.TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE ??= '/var/run/docker.sock';
  }
  // Inside a container (Codespaces, CI) it would look at the bridge's gateway, but every port here is on loopback.
  if (!/^(tcp|https?|ssh):/.test(process.env.DOCKER_HOST ?? ''))
    process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1';
}
