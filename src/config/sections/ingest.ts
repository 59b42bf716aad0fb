import Type from 'typebox';
import { section } from '../key.js';

export const INGEST_SECTION = section({
  folder: Type.Optional(
    Type.String({
      stem: 'folder',
      argument: '[folder]',
      path: true,
      minLength: 1,
      description: "Folder of documents to serve; none: what is already indexed, or else Narae's own guides",
    }),
  ),
  collection: Type.String({
    stem: 'collection',
    pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,63}$',
    default: 'default',
    description: 'Collection that the folder goes into and that is asked when a request names none',
  }),
  watch: Type.Boolean({
    stem: 'watch',
    default: false,
    description: 'Follow the folder: index changes within moments',
  }),
  maxFileBytes: Type.Integer({
    stem: 'max-file-bytes',
    minimum: 1,
    maximum: 1_073_741_824,
    default: 52_428_800,
    description: 'Larger files are skipped and reported',
  }),
  chunkTokens: Type.Integer({
    stem: 'chunk-tokens',
    minimum: 32,
    maximum: 8192,
    default: 512,
    description: 'Most tokens in a chunk',
  }),
  chunkOverlapTokens: Type.Integer({
    stem: 'chunk-overlap-tokens',
    minimum: 0,
    maximum: 4096,
    default: 50,
    description: 'Tokens that a chunk repeats from the one before it; less than half of `ingest.chunkTokens`',
  }),
  memoryLimitMb: Type.Integer({
    stem: 'ingest-memory-limit-mb',
    minimum: 128,
    maximum: 65_536,
    default: 1024,
    description: 'Heap that the indexing worker may use, so that it cannot starve answers',
  }),
});
