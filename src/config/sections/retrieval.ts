import Type from 'typebox';
import { section } from '../key.js';

export const RETRIEVAL_SECTION = section({
  k: Type.Integer({
    short: '-k',
    minimum: 1,
    maximum: 100,
    default: 8,
    description: 'Passages to consider for an answer or a search that does not say how many',
  }),
  fusion: Type.Enum(['weighted', 'rrf'], {
    default: 'weighted',
    description: 'How hybrid search joins keyword and vector results',
  }),
  minScore: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0,
    description: 'Passages that score lower in hybrid search are left out',
  }),
  contextTokens: Type.Integer({
    minimum: 128,
    maximum: 1_000_000,
    default: 4000,
    description: 'Most tokens of passages in a prompt',
  }),
});
