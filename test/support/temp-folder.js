import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
/** A folder below the system's temporary one, with the given files; `remove` takes it away. */
export class TempFolder {
  path = mkdtempSync(join(tmpdir(), 'narae-test-'));
  constructor(files = {}) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }
  at(name) {
    return join(this.path, name);
  }
  write(name, content) {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), content);
  }
  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}
//# sourceMappingURL=temp-folder.js.map
