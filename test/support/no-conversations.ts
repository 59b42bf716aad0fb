import type { Conversations } from '../../src/answer/index.js';

/** For routes that are tested without threads. */
export const NO_CONVERSATIONS = new Proxy({} as Conversations, {
  get(_, name): never {
    throw new Error(`nothing here asks for conversations.${String(name)}`);
  },
});
