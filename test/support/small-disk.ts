import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of a few megabytes in memory, to fill and to lock. Linux, as root. */
export class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'narae-disk-'));

  constructor(megabytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'narae-test', this.path]);
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Leaves only so many bytes free. */
  fill(freeBytes: number): void {
    const { bavail, bsize } = statfsSync(this.path);
    writeFileSync(this.at('filler'), new Uint8Array(Math.max(0, bavail * bsize - freeBytes)));
  }

  /** Takes away what `fill` wrote. */
  relieve(): void {
    rmSync(this.at('filler'), { force: true });
  }

  lock(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.path]);
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Why this machine cannot have a small disk; undefined when it can. */
export function whyNoSmallDisk(): string | undefined {
  const probe = mkdtempSync(join(tmpdir(), 'narae-disk-'));
  try {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'narae-test', probe], {
      encoding: 'utf8',
    });
    if (mounted.status === 0) spawnSync('umount', ['--lazy', probe]);
    return mounted.status === 0 ? undefined : `mount: ${mounted.error?.message ?? mounted.stderr.trim()}`;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}
