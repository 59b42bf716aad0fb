export { IgnoreRules, RULE_FILES } from './ignore-rules.js';
export { type FileContent, readRegularFile } from './regular-file.js';
export { type ScannedFile, type ScanResult, type ScanSink, scanFolder } from './scan-folder.js';
export { fileFailure, isGone } from './unreadable.js';
