import type { EventSink, NaraeEvent } from './events.js';

/** Hands each event to every sink, in the caller's tick. With no sinks an emit costs one empty loop. */
export class EventBus {
  readonly #sinks: EventSink[] = [];

  /** Adds a sink; the returned function takes it away again. */
  subscribe(sink: EventSink): () => void {
    this.#sinks.push(sink);
    return () => {
      const index = this.#sinks.indexOf(sink);
      if (index >= 0) this.#sinks.splice(index, 1);
    };
  }

  emit(event: NaraeEvent): void {
    for (const sink of this.#sinks) sink(event);
  }
}
