import type { ErrorRow } from './row.js';

/** Threads, their runs and streams, and the graphs that run on them. */
export const CONVERSATION_ERRORS = {
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
} as const satisfies Record<string, ErrorRow>;
