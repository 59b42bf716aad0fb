export { extensionOf } from './kinds.js';
export { type LoadedDocument, type LoadOutcome, loadDocument } from './load.js';
export type { LoadLimits, SourceFile } from './loader.js';
