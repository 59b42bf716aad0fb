/** What opens, closes. `close` may be called any number of times. */
export interface Closable {
  close(): Promise<void>;
}

/**
 * Closes parts in the reverse of the order in which they were added. Every step runs though one fails; the
 * failures come together in an AggregateError. Calling `close` again returns the first call's promise.
 */
export class Closer implements Closable {
  readonly #steps: { name: string; run: () => Promise<void> | void }[] = [];
  #closing: Promise<void> | undefined;

  add(name: string, run: () => Promise<void> | void): void {
    this.#steps.push({ name, run });
  }

  close(): Promise<void> {
    this.#closing ??= this.#runSteps();
    return this.#closing;
  }

  async #runSteps(): Promise<void> {
    const failures: Error[] = [];
    for (const step of this.#steps.reverse()) {
      try {
        await step.run();
      } catch (cause) {
        failures.push(new Error(`closing ${step.name} failed`, { cause }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some parts did not close cleanly');
  }
}
