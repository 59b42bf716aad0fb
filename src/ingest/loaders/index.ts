export { extensionOf } from './kinds.js';
export { type LoadedDocument, loadDocument } from './load.js';
