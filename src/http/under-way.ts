import type { ServerResponse } from 'node:http';
import { Cancellation, Linked } from '../core/index.js';

/** One request, from the reading of its head to the end of its response. */
export class RequestUnderWay extends Linked {
  readonly response: ServerResponse;
  /** Aborts when the client leaves before its response is complete, and when what is left is cut off. */
  readonly cancellation = new Cancellation();

  constructor(response: ServerResponse) {
    super();
    this.response = response;
  }
}
