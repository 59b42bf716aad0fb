const NOW = Promise.resolve();

/**
 * Runs `task` after the code that runs now, before the event loop goes on. Like `queueMicrotask`, to which Node gives
 * an asynchronous context of its own each time; streams do this with every batch. `task` must not throw.
 */
export function soon(task: () => void): void {
  void NOW.then(task);
}
