import type { BatchFlow, BatchSink } from '../../core/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import { answerHead } from '../answer-head.js';
import { Generation } from '../generate.js';
import type { OpenedAnswer } from '../opened-answer.js';
import { openParts } from '../opened-parts.js';
import type { Run } from '../run.js';
import type { Prompt } from '../write-prompt.js';
import { savedUsage } from './entry.js';
import type { Flight } from './flights.js';

/** Listens to an answer that a twin is being given, from its beginning. `prompt` is the listener's own. */
export function joinFlight(run: Run, flight: Flight, prompt: Prompt = flight.prompt): OpenedAnswer {
  const head = answerHead(run, prompt, { outcome: 'joined', reason: 'in-flight' });
  const join = (sink: BatchSink<AnswerPart>): BatchFlow =>
    flight.parts.join(asSaved(sink)) ?? new Generation(run, prompt).pipe(sink);
  return { head, body: openParts(join, run.signal) };
}

/** Who joins causes no call: the usage is marked as not bought anew. */
function asSaved(sink: BatchSink<AnswerPart>): BatchSink<AnswerPart> {
  return {
    push: (batch) => sink.push(batch.some(({ type }) => type === 'usage') ? batch.map(markSaved) : batch),
    end: () => sink.end(),
    fail: (error) => sink.fail(error),
  };
}

function markSaved(part: AnswerPart): AnswerPart {
  if (part.type !== 'usage') return part;
  return { ...part, usage: savedUsage(part.usage) ?? part.usage };
}
