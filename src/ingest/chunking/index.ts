export { parseBlocks, type TextStructure } from './blocks.js';
export { type ChunkSettings, chunkText } from './chunker.js';
export { firstHeading } from './first-heading.js';
export { detectLanguage } from './language.js';
export { countTokens } from './tokens.js';
