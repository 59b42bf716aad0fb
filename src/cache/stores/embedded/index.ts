export { type EmbeddedTierOptions, type EmbeddedTierParts, openEmbeddedTier } from './embedded-tier.js';
