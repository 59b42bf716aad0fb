import Type from 'typebox';
import { section } from '../key.js';

export const ANSWER_SECTION = section({
  footnotes: Type.Boolean({
    default: false,
    description: 'End every answer with its list of sources, for clients that show only text',
  }),
  maxQuestionCharacters: Type.Integer({
    minimum: 1,
    maximum: 10_000_000,
    default: 100_000,
    description: 'Longest question',
  }),
  batchSize: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 10,
    description: 'Questions of a list that form a batch and share one search',
  }),
  batchConcurrency: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 5,
    description: 'Questions of a list under way at once, where the caller does not say',
  }),
  batchPauseSeconds: Type.Number({
    minimum: 0,
    maximum: 60,
    default: 0.1,
    description: 'Pause between two batches of a list',
  }),
  batchMaxConcurrency: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 100,
    description: 'Most questions under way at once that a caller may ask for',
  }),
  cachePerUser: Type.Boolean({
    default: false,
    description: 'Keep what one user was answered for that user alone, by the `user` of requests',
  }),
  cacheReplayTokensPerSecond: Type.Number({
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description: 'Pace at which a kept answer is streamed; 0: all at once',
  }),
  batchMaxQuestions: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 1000,
    description: 'Longest list of questions in one request',
  }),
});
