import { type Check, type Finding, failure, ok } from './check.js';

const NEEDED_NODE = [20, 19] as const;

/** Packages with native code: the ones that a wrong platform or a broken installation shows in. */
const NATIVE_PACKAGES = ['libsql', 'usearch'] as const;

export const checkNode: Check = async () => [judgeNode(process.versions.node)];

/** Judges a version such as `20.19.0`. */
function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor, neededMinor] = NEEDED_NODE;
  const isNewEnough = major > neededMajor || (major === neededMajor && minor >= neededMinor);
  if (isNewEnough) return ok('Node.js', version);
  return failure(
    'Node.js',
    `${version} is too old. Install ${neededMajor}.${neededMinor} or newer: https://nodejs.org`,
  );
}

export const checkPackages: Check = async () =>
  Promise.all(
    NATIVE_PACKAGES.map(async (name) => {
      try {
        await import(name);
        return ok(name, 'loads');
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
        return failure(name, `does not load (${reason}). Reinstall for this platform: npm ci`);
      }
    }),
  );
