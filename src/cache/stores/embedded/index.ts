export { openEmbeddedTier } from './embedded-tier.js';
