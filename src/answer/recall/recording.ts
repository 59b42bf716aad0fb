import { type BatchFlow, BatchIterator, type BatchSink, type BatchSource } from '../../core/index.js';
import type { AnswerPart, UpstreamFields } from '../../llm/spec.js';
import { type Answer, AnswerCollector } from '../collect.js';

const PART_BYTES = 64;

/**
 * A generation that is listened to on its way. A whole answer of the model that was asked, ended by itself, is told
 * before its last batch goes on: who asks after the end finds it. Cut, failed, too large ones and those of a stand-in
 * are not told.
 */
export class RecordedAnswer implements BatchSource<AnswerPart> {
  readonly #source: BatchSource<AnswerPart>;
  readonly #limitBytes: number;
  readonly #head: readonly AnswerPart[];
  readonly #onWhole: (answer: Answer) => void;

  /** `head`: the answer's `start` and `sources`. */
  constructor(
    source: BatchSource<AnswerPart>,
    head: readonly AnswerPart[],
    limitBytes: number,
    onWhole: (answer: Answer) => void,
  ) {
    this.#source = source;
    this.#head = head;
    this.#limitBytes = limitBytes;
    this.#onWhole = onWhole;
  }

  [Symbol.asyncIterator](): BatchIterator<AnswerPart> {
    return new BatchIterator(this);
  }

  pipe(sink: BatchSink<AnswerPart>): BatchFlow {
    const recorder = new Recorder(this.#limitBytes);
    recorder.take(this.#head);
    return this.#source.pipe({
      push: (batch) => {
        recorder.take(batch);
        const whole = batch.at(-1)?.type === 'finish' ? recorder.whole() : undefined;
        if (whole !== undefined) this.#onWhole(whole);
        sink.push(batch);
      },
      end: () => sink.end(),
      fail: (error) => sink.fail(error),
    });
  }
}

class Recorder {
  readonly #limitBytes: number;
  #collector: AnswerCollector | undefined = new AnswerCollector();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  take(batch: readonly AnswerPart[]): void {
    for (const part of batch) {
      if (this.#collector === undefined) return;
      this.#bytes += bytesOfPart(part);
      if (part.type === 'writer' || part.type === 'error' || this.#bytes > this.#limitBytes)
        this.#collector = undefined;
      else this.#collector.add(part);
    }
  }

  whole(): Answer | undefined {
    const answer = this.#collector?.answer();
    return answer !== undefined && mayBeKept(answer) ? answer : undefined;
  }
}

/** A refusal is not kept: the next one who asks may be answered. */
function mayBeKept({ finishReason, others, refusal }: Answer): boolean {
  return finishReason === 'stop' && others.length === 0 && refusal === undefined;
}

function bytesOfFields(fields: UpstreamFields | undefined): number {
  return fields === undefined ? 0 : JSON.stringify(fields).length;
}

/** Bytes in memory, about. */
export function bytesOfPart(part: AnswerPart): number {
  switch (part.type) {
    case 'text-delta':
    case 'reasoning-delta':
      return PART_BYTES + 2 * part.text.length;
    case 'tool-call-delta':
      return PART_BYTES + 2 * (part.argumentsDelta.length + bytesOfFields(part.extra));
    case 'message-fields':
    case 'answer-fields':
      return PART_BYTES + 2 * bytesOfFields(part.fields);
    case 'sources':
      return part.sources.reduce((sum, { text }) => sum + PART_BYTES + 2 * text.length, 0);
    default:
      return PART_BYTES;
  }
}
