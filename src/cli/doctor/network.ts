import { createServer } from 'node:net';
import { assertSafeBind, type Config } from '../../config/index.js';
import { type Check, type Finding, failure, ok, warning } from './check.js';

/** Whether the address can be listened on, and may be. */
export const checkAddress: Check = async ({ config, signal }) => {
  const { host, port } = config.server;
  const findings: Finding[] = [];
  try {
    assertSafeBind(config.server);
  } catch (thrown) {
    findings.push(failure('access', thrown));
  }
  const problem = await tryListening(host, port);
  if (problem === undefined) findings.push(ok('address', `${host}:${port} is free`));
  else if (problem === 'EADDRINUSE') findings.push(await describeOccupant(config, signal));
  else
    findings.push(
      failure('address', `${host}:${port} cannot be used (${problem}). Choose another: --host, --port`),
    );
  return findings;
};

function tryListening(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

async function describeOccupant({ server: { host, port } }: Config, signal: AbortSignal): Promise<Finding> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const isAlive = await answersHealth(url, signal);
  if (isAlive) return warning('address', `${url} answers already: Narae seems to be running`);
  return failure('address', `port ${port} is in use by another program. Choose another: --port ${port + 1}`);
}

async function answersHealth(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
