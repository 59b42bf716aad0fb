import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NewTurn } from '../../../dist/threads/index.js';

const GUIDES = join(resolve(dirname(fileURLToPath(import.meta.url)), '../../..'), 'docs/guides');
/** Bytes of a turn's words: a short question and its answer. */
export const TURN_BYTES = 2_048;
const QUESTION_BYTES = 200;

/** Words, or letters of which compression takes but a quarter. */
export type TurnKind = 'text' | 'random';

/** Turns of 2 KB, each from another place of the guides, or of random letters. */
export function turnMaker(kind: TurnKind): (turn: number) => NewTurn {
  const words = guides();
  return (turn) => {
    const start = (turn * 7_919) % (words.length - TURN_BYTES);
    const bytes = kind === 'text' ? words.subarray(start, start + TURN_BYTES) : noise();
    const [question, answer] = [bytes.subarray(0, QUESTION_BYTES), bytes.subarray(QUESTION_BYTES)];
    return {
      messages: [
        { role: 'user', content: question.toString() },
        { role: 'assistant', content: answer.toString() },
      ],
      facts: { model: 'some-model', usage: { inputTokens: 900, outputTokens: 400, estimated: false } },
      run: `run_${turn}`,
    };
  };
}

function guides(): Buffer {
  const files = readdirSync(GUIDES).filter((name) => name.endsWith('.md'));
  return Buffer.concat(files.sort().map((name) => readFileSync(join(GUIDES, name))));
}

function noise(): Buffer {
  return Buffer.from(randomBytes(TURN_BYTES).toString('base64').slice(0, TURN_BYTES));
}
