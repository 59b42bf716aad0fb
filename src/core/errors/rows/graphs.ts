import type { ErrorRow } from './row.js';

/** Graphs of `narae/flow`, as they are built and as they run. */
export const GRAPH_ERRORS = {
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
} as const satisfies Record<string, ErrorRow>;
