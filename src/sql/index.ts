export { type DatabaseOptions, SqlDatabase, type SqlValue } from './database.js';
export { BUSY_TIMEOUT_MS, shownPath, storageError } from './errors.js';
export { makeFolders } from './make-folders.js';
export { openSqlFile, type SqlFormat } from './open.js';
export { retryBusy } from './retry-busy.js';
