export { IgnoreRules, RULE_FILES } from './ignore-rules.js';
export { readRegularFile } from './regular-file.js';
export { type ScannedFile, scanFolder } from './scan-folder.js';
export { fileFailure, isGone } from './unreadable.js';
