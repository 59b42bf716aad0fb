/** What a stream is made of. */
export interface StreamForm {
  readonly contentType: string;
  /** Written after a silence, between what is sent. */
  readonly heartbeat: string;
}

export const EVENTS: StreamForm = {
  contentType: 'text/event-stream; charset=utf-8',
  heartbeat: ': keep-alive\n\n',
};

/** One JSON object a line; readers skip empty lines. */
export const LINES: StreamForm = { contentType: 'application/x-ndjson; charset=utf-8', heartbeat: '\n' };
