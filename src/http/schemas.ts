import Type from 'typebox';
import { NaraeError } from '../core/index.js';

/** Shapes that several dialects share. Conditions inside are checked where the filter is compiled. */
export const FilterSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Conditions on documents that must all hold; see docs/reference/api.md, "Filters".',
});

/** The question, or `empty_question` / `question_too_long` naming `field`. */
export function requireQuestion(
  question: string | undefined,
  field: string,
  limitCharacters: number,
): string {
  if (question === undefined || question.trim() === '') throw new NaraeError('empty_question', { field });
  if (question.length > limitCharacters) {
    throw new NaraeError('question_too_long', {
      field,
      values: { characters: question.length, limit: limitCharacters },
    });
  }
  return question;
}
