/**
 * The one table of errors. Every failure that a client, a log or the command line can see has a row here:
 * a stable code, the HTTP status, whether trying again can help, and a message that ends with the remedy.
 *
 * `{name}` in a message is filled from `values`. A test fails when `docs/reference/errors.md` misses a code.
 */
export const ERROR_TABLE = {
  // Input
  invalid_json: {
    status: 400,
    retryable: false,
    message:
      'The request body is not valid JSON: {reason}. Send a JSON object with content-type application/json.',
  },
  invalid_request: { status: 400, retryable: false, message: '{reason}' },
  unknown_field: {
    status: 400,
    retryable: false,
    message:
      'Unknown field "{field}". Remove it or check its spelling; the fields are listed in /openapi.json.',
  },
  empty_question: {
    status: 400,
    retryable: false,
    message: 'The question is empty. Send at least one character of text.',
  },
  question_too_long: {
    status: 400,
    retryable: false,
    message:
      'The question has {characters} characters; the limit is {limit}. Shorten it or raise answer.maxQuestionCharacters.',
  },
  body_too_large: {
    status: 413,
    retryable: false,
    message: 'The request body is over the limit of {limitBytes} bytes. Send less or raise {key}.',
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    message: 'Content type "{contentType}" is not supported here. Use {supported}.',
  },
  invalid_filter: {
    status: 400,
    retryable: false,
    message: 'The filter is not understood: {reason}. See docs/reference/api.md, "Filters".',
  },
  invalid_cursor: {
    status: 400,
    retryable: false,
    message: 'The paging cursor is not one that this server gave out. Start again without a cursor.',
  },
  invalid_name: { status: 400, retryable: false, message: 'The name "{name}" is not allowed: {reason}.' },
  // Access
  unauthorized: {
    status: 401,
    retryable: false,
    message: 'A valid API key is needed. Send it as "Authorization: Bearer <key>".',
  },
  forbidden: {
    status: 403,
    retryable: false,
    message: 'This key may not do that. Use a key with the needed right.',
  },
  admin_key_missing: {
    status: 403,
    retryable: false,
    message:
      'Without server.adminKeys this is only open to requests from the machine itself. Configure an admin key and send it as "Authorization: Bearer <key>".',
  },
  origin_refused: {
    status: 403,
    retryable: false,
    message:
      'Requests from web pages of {origin} are refused. If the page is yours, add its origin to server.corsOrigins.',
  },
  host_refused: {
    status: 403,
    retryable: false,
    message:
      'This server answers to local names only, not to "{host}". Use http://127.0.0.1 or localhost, or configure an API key to serve other names.',
  },
  // Things that are not there
  route_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no {method} {path}. See /docs for what there is.',
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    message: '{method} is not possible on {path}. See /docs.',
  },
  model_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no model "{model}". Available: {available}.',
  },
  collection_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no collection "{collection}". List them with GET /v1/collections, or create it first.',
  },
  collection_exists: {
    status: 409,
    retryable: false,
    message: 'The collection "{collection}" exists already. Use it, or choose another name.',
  },
  nothing_indexed: {
    status: 409,
    retryable: false,
    message: 'There are no documents in {dir} yet. Index a folder first: narae ingest ./folder',
  },
  document_not_found: {
    status: 404,
    retryable: false,
    message:
      'There is no document "{document}" in this collection. List them with GET /v1/collections/{collection}/documents.',
  },
  cache_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no cache named "{cache}". The caches are: {known}.',
  },
  thread_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no thread "{thread}". Create it first, or leave the id out to start a new one.',
  },
  run_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no run "{run}" on this thread. Runs are kept for a limited time after their end.',
  },
  checkpoint_not_found: {
    status: 404,
    retryable: false,
    message: 'Thread "{thread}" has no checkpoint "{checkpoint}". Its history lists those that it has.',
  },
  assistant_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no assistant "{assistant}". The assistants are listed by POST /assistants/search.',
  },
  // Conversations
  thread_exists: {
    status: 409,
    retryable: false,
    message: 'There is already a thread "{thread}". Choose another id, or send if_exists: "do_nothing".',
  },
  thread_busy: {
    status: 409,
    retryable: true,
    message:
      'Thread "{thread}" has a run under way. Wait for it, or choose another multitask_strategy: enqueue, interrupt or rollback.',
  },
  thread_lease_lost: {
    status: 409,
    retryable: true,
    message:
      'Another writer has taken over thread "{thread}"; nothing of this change was stored. Load the thread and try again.',
  },
  thread_record_unreadable: {
    status: 500,
    retryable: false,
    message:
      'Record {sequence} of thread "{thread}" cannot be read: {reason}. The rest of the thread stays readable; delete the record or restore it from a backup.',
  },
  run_failed: {
    status: 500,
    retryable: true,
    message: 'Run "{run}" did not end by itself: {reason}. Its thread can be used; send the question again.',
  },
  state_invalid: {
    status: 422,
    retryable: false,
    message: 'The state does not fit: {reason}. Send a value that fits the field.',
  },
  stream_events_gone: {
    status: 410,
    retryable: false,
    message:
      'Events after "{event}" of run "{run}" are not kept any more. Read the thread, which holds the finished answer.',
  },
  unsupported_option: {
    status: 422,
    retryable: false,
    message: '"{field}" is not supported here: {reason}. See docs/reference/api.md, "LangGraph".',
  },
  graph_unavailable: {
    status: 500,
    retryable: false,
    message:
      'The graph "{graph}" cannot be loaded from {source}: {reason}. Correct it and start the server anew.',
  },
  graph_failed: {
    status: 500,
    retryable: false,
    message: 'The graph "{graph}" failed: {reason}. Look into its code; its thread can be used.',
  },
  // Reading documents
  file_not_found: { status: 400, retryable: false, message: '"{path}" does not exist. Check the path.' },
  folder_not_found: {
    status: 400,
    retryable: false,
    message: 'The folder "{path}" does not exist. Check the path, or create it.',
  },
  not_a_folder: {
    status: 400,
    retryable: false,
    message: '"{path}" is not a folder. Give the folder that holds your documents.',
  },
  file_unreadable: {
    status: 422,
    retryable: false,
    message: '"{source}" could not be read: {reason}. Check its permissions.',
  },
  file_too_large: {
    status: 413,
    retryable: false,
    message:
      '"{source}" has {bytes} bytes; the limit is {limitBytes}. Split it or raise ingest.maxFileBytes.',
  },
  file_type_unsupported: {
    status: 415,
    retryable: false,
    message:
      '"{source}" is of a kind that cannot be read ({kind}). Supported: Markdown, MDX, text, HTML, PDF, DOCX, CSV, TSV, JSON, NDJSON and source code.',
  },
  file_malformed: {
    status: 422,
    retryable: false,
    message:
      '"{source}" is damaged or not what its name says: {reason}. Open it in its own program, save it again and retry.',
  },
  file_unsafe: { status: 422, retryable: false, message: '"{source}" was refused: {reason}.' },
  path_outside_folder: {
    status: 400,
    retryable: false,
    message: '"{source}" points outside the folder. Use a plain relative path without "..".',
  },
  ingest_failed: {
    status: 500,
    retryable: true,
    message: 'Indexing stopped: {reason}. What was committed stays; start again to finish the rest.',
  },
  ingest_out_of_memory: {
    status: 500,
    retryable: false,
    message:
      'Indexing needed more than {limitMb} MB. Raise ingest.memoryLimitMb or lower ingest.maxFileBytes; what was committed stays.',
  },
  // Storage
  storage_damaged: {
    status: 500,
    retryable: false,
    message:
      'The database {path} is damaged ({reason}). Move the file away and start again: the folder is indexed anew; uploads must be sent again.',
  },
  storage_newer: {
    status: 500,
    retryable: false,
    message:
      'The database {path} was written by a newer version of Narae (format {found}, this one knows {known}). Update Narae.',
  },
  storage_full: {
    status: 507,
    retryable: true,
    message: 'The disk that holds {path} is full. Free some space; nothing that was stored is lost.',
  },
  storage_read_only: {
    status: 500,
    retryable: false,
    message:
      '{path} cannot be written ({reason}). Give the process write access or choose another place with --data.',
  },
  storage_busy: {
    status: 503,
    retryable: true,
    message: 'The database was locked for longer than {waitMs} ms by another process. Try again.',
  },
  index_damaged: {
    status: 500,
    retryable: true,
    message:
      'The search index segment {segment} is damaged: {reason}. It is rebuilt from the database; try again in a moment.',
  },
  // Embedding and models
  embedder_unavailable: {
    status: 502,
    retryable: true,
    message:
      'The embedder "{embedder}" did not answer: {reason}. Check embedder.baseUrl and the key; keyword search still works.',
  },
  embedder_mismatch: {
    status: 500,
    retryable: false,
    message:
      'The embedder "{embedder}" returned {found} instead of {expected}. Check embedder.model and embedder.dimensions.',
  },
  embedder_package_missing: {
    status: 500,
    retryable: false,
    message:
      'A local model needs the optional package @huggingface/transformers. Install it with: npm install @huggingface/transformers',
  },
  llm_unreachable: {
    status: 502,
    retryable: true,
    message:
      'The model server at {host} cannot be reached ({reason}). Is it running, and is the base URL right? Try: narae doctor',
  },
  llm_timeout: {
    status: 504,
    retryable: true,
    message: 'The model "{model}" sent nothing for {seconds} s ({phase}). Try again, or raise llm.{key}.',
  },
  llm_rejected: {
    status: 502,
    retryable: false,
    message: 'The model server refused the request (status {upstreamStatus}): {reason}',
  },
  llm_failed: {
    status: 502,
    retryable: true,
    message: 'The model server failed (status {upstreamStatus}): {reason}. Try again; its own log says more.',
  },
  llm_unauthorized: {
    status: 502,
    retryable: false,
    message:
      'The model server at {host} refused the API key. Check OPENAI_API_KEY or ANTHROPIC_API_KEY, then try: narae doctor',
  },
  llm_rate_limited: {
    status: 429,
    retryable: true,
    message: 'The model server is limiting requests. Wait {retryAfterSeconds} s and try again.',
  },
  llm_stream_broken: {
    status: 502,
    retryable: true,
    message:
      'The model server ended its answer before it was complete ({reason}). The text so far is not a full answer; ask again.',
  },
  llm_malformed: {
    status: 502,
    retryable: true,
    message:
      'The model server sent something that is not its protocol: {reason}. Check that the base URL points at an API, not a web page.',
  },
  llm_unavailable: {
    status: 503,
    retryable: true,
    message:
      'The model "{model}" is resting after repeated failures (the last: {reason}). Try again in {retryAfterSeconds} s; narae doctor shows whether its server is well.',
  },
  // Caches and Redis
  cache_scope_missing: {
    status: 400,
    retryable: false,
    message:
      'Caches are kept and cleared for one tenant at a time. Name the tenant, also beside a pattern or a tag.',
  },
  redis_unavailable: {
    status: 503,
    retryable: true,
    message: 'Redis did not answer: {reason}. Check redis.url and that the server runs.',
  },
  redis_refused: {
    status: 503,
    retryable: true,
    message: 'Redis refused a command: {reason}. Check its memory limit (maxmemory) and its access rules.',
  },
  // Graphs
  graph_invalid: {
    status: 500,
    retryable: false,
    message: 'The graph "{graph}" cannot be built: {reason}.',
  },
  graph_step_limit: {
    status: 500,
    retryable: false,
    message:
      'The graph "{graph}" was stopped after {limit} steps. Let a route lead out of its loop, or raise maxSteps.',
  },
  graph_state_unknown_field: {
    status: 500,
    retryable: false,
    message: '{writer} wrote "{field}", which is no field of the graph. Its fields are: {known}.',
  },
  graph_state_conflict: {
    status: 500,
    retryable: false,
    message:
      'The field "{field}" was written side by side by {writers}, and has no reducer to say what becomes of it. Give it one, or let one writer come after the other.',
  },
  graph_route_unknown: {
    status: 500,
    retryable: false,
    message:
      'A route from "{node}" led to {target}, which is not among its targets: {known}. Add it to the targets of addConditionalEdges.',
  },
  graph_interrupt_refused: {
    status: 500,
    retryable: false,
    message: 'Node "{node}" cannot interrupt here: {reason}. Interrupt in a node before or after it.',
  },
  graph_resume_refused: {
    status: 409,
    retryable: false,
    message: 'The run cannot be resumed: {reason}.',
  },
  graph_list_too_long: {
    status: 422,
    retryable: false,
    message:
      'Node "{node}" was to map {length} items; its limit is {limit}. Shorten the list or raise limit.',
  },
  graph_events_unread: {
    status: 503,
    retryable: true,
    message:
      'The reader of a stream of the graph "{graph}" left {limit} events unread. Read the stream as it comes, or let nodes that write much await context.drained().',
  },
  // Running
  client_too_slow: {
    status: 408,
    retryable: true,
    message:
      'The client left what it was sent unread for {seconds} s and was cut off. Read the stream as it comes, or raise server.slowReaderTimeoutSeconds.',
  },
  client_too_far_behind: {
    status: 408,
    retryable: true,
    message:
      'The client read an answer that others read too so slowly that what it had left to read outgrew the limit of {megabytes} MB, and was cut off. Read the stream as it comes.',
  },
  aborted: { status: 499, retryable: true, message: 'The request was cancelled before it was finished.' },
  deadline_exceeded: {
    status: 504,
    retryable: true,
    message: '{what} took longer than {seconds} s. Try again.',
  },
  overloaded: {
    status: 503,
    retryable: true,
    message: 'The server has too much to do ({what}). Try again in {retryAfterSeconds} s.',
  },
  closing: { status: 503, retryable: true, message: 'The server is shutting down. Try again in a moment.' },
  not_ready: {
    status: 503,
    retryable: true,
    message: 'The server is still starting ({what}). Try again in a moment.',
  },
  worker_failed: {
    status: 500,
    retryable: true,
    message: 'The {worker} worker stopped unexpectedly ({reason}). It is started again; try once more.',
  },
  internal: {
    status: 500,
    retryable: true,
    message: 'Something went wrong inside Narae. The log holds the details under request id {requestId}.',
  },
  // Configuration and command line
  config_invalid: {
    status: 500,
    retryable: false,
    message: 'Configuration: {key} {reason} (from {origin}).',
  },
  config_unknown_key: {
    status: 500,
    retryable: false,
    message: 'Configuration: there is no "{key}" (from {origin}).{suggestion} All keys: narae config',
  },
  config_file_unreadable: {
    status: 500,
    retryable: false,
    message: 'The configuration file {path} cannot be used: {reason}.',
  },
  open_bind_refused: {
    status: 500,
    retryable: false,
    message:
      'Refusing to listen on {host} without an API key: anyone on the network could read your documents. Set NARAE_API_KEYS, or say --allow-unauthenticated if that is what you want.',
  },
  port_in_use: {
    status: 500,
    retryable: false,
    message:
      'Port {port} on {host} is in use. Stop the other program or choose another port: --port {suggestion}',
  },
  host_unavailable: {
    status: 500,
    retryable: false,
    message: 'Cannot listen on {host}:{port} ({reason}). Use an address of this machine, such as 127.0.0.1.',
  },
  usage: { status: 400, retryable: false, message: '{reason} See: {help}' },
  server_unreachable: {
    status: 502,
    retryable: true,
    message: 'No Narae server answers at {url} ({reason}). Start one with: narae serve',
  },
  server_refused: {
    status: 502,
    retryable: false,
    message: 'The server at {url} refused (status {status}): {reason}',
  },
} as const satisfies Record<string, ErrorRow>;

interface ErrorRow {
  readonly status: number;
  readonly retryable: boolean;
  readonly message: string;
}

export type ErrorCode = keyof typeof ERROR_TABLE;

export interface NaraeErrorOptions {
  /** Fills `{name}` in the table's message. Must hold no key, no stack and no path that a client must not see. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** The input field that the error is about, as the caller wrote it: `messages[0].content`. */
  readonly field?: string;
  /** Overrides the table's status, for upstream errors that keep their own. */
  readonly status?: number;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** What caused it; for logs only, never for clients. */
  readonly cause?: unknown;
}

/** The only error class that Narae throws on purpose. */
export class NaraeError extends Error {
  override readonly name = 'NaraeError';
  readonly code: ErrorCode;
  /** HTTP status. */
  readonly status: number;
  readonly retryable: boolean;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: NaraeErrorOptions = {}) {
    const row = ERROR_TABLE[code];
    const values = options.field === undefined ? options.values : { field: options.field, ...options.values };
    super(
      fillTemplate(row.message, values ?? {}),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.status = options.status ?? row.status;
    this.retryable = row.retryable;
    this.field = options.field;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Any thrown value as a NaraeError; what is not one yet becomes `internal`, or `aborted` for an abort. */
export function toNaraeError(thrown: unknown, requestId = '-'): NaraeError {
  if (thrown instanceof NaraeError) return thrown;
  if (isAbort(thrown)) return new NaraeError('aborted', { cause: thrown });
  return new NaraeError('internal', { values: { requestId }, cause: thrown });
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'ResponseAborted');
}

/** A NaraeError as plain data, to cross a worker boundary; `errorFromData` is its inverse. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly status: number;
  readonly field?: string;
  readonly retryAfterSeconds?: number;
  /** Stack or message of the cause, for the log. */
  readonly causeText?: string;
}

export function errorToData(thrown: unknown): ErrorData {
  const error = toNaraeError(thrown);
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : error.cause;
  return {
    code: error.code,
    message: error.message,
    status: error.status,
    ...(error.field !== undefined && { field: error.field }),
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    ...(cause !== undefined && { causeText: String(cause) }),
  };
}

export function errorFromData(data: ErrorData): NaraeError {
  const error = new NaraeError(data.code, {
    status: data.status,
    ...(data.field !== undefined && { field: data.field }),
    ...(data.retryAfterSeconds !== undefined && { retryAfterSeconds: data.retryAfterSeconds }),
    ...(data.causeText !== undefined && { cause: new Error(data.causeText) }),
  });
  error.message = data.message;
  return error;
}
