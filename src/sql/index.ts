export { type DatabaseOptions, SqlDatabase, type SqlValue } from './database.js';
export { storageError } from './errors.js';
export { makeFolders } from './make-folders.js';
export { openSqlFile } from './open.js';
export { retryBusy } from './retry-busy.js';
