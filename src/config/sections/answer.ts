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
});
