import Type from 'typebox';
import { section } from '../key.js';

export const THREADS_SECTION = section({
  store: Type.Enum(['auto', 'embedded', 'redis'], {
    default: 'auto',
    description:
      'Where conversations are kept: `embedded`, the data folder; `redis`, for several servers; `auto`: Redis where `redis.url` is set, else the data folder',
  }),
  life: Type.Enum(['keep', 'growing', 'fixed'], {
    default: 'keep',
    description:
      'How long a conversation lives after its last use: `keep`, until it is deleted; `growing`, an hour, and up to a day for one that is used often; `fixed`, `threads.lifeHours`',
  }),
  lifeHours: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 876_000,
      description: 'Hours that a conversation lives after its last use, where `threads.life` is `fixed`',
    }),
  ),
  historyTurns: Type.Integer({
    minimum: 0,
    maximum: 500,
    default: 10,
    description: 'Earlier questions with their answers that a model is shown',
  }),
  historyPolicy: Type.Enum(['drop', 'summarise'], {
    default: 'drop',
    description:
      'What becomes of those before: `drop`; or `summarise`, the model sums them up after the answer, in the background',
  }),
  followUps: Type.Enum(['rules', 'llm', 'off'], {
    default: 'rules',
    description:
      'How a question that leans on the one before ("and for Windows?") is completed before the search: `rules`, without a model; `llm`, by the model that answers, else by rules; `off`, not at all',
  }),
  followUpTimeoutSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 60,
    default: 3,
    description: 'How long the model may take to complete a question; after that the rules do',
  }),
  onDisconnect: Type.Enum(['cancel', 'continue'], {
    default: 'cancel',
    description:
      'What becomes of an answer on a conversation whose client drops: `cancel`, or `continue` to its end',
  }),
  runTimeoutSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: 600,
    description: 'How long one answer on a conversation may take',
  }),
  maxWaitingRuns: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 32,
    description: 'Questions that may wait on one conversation; further ones get 409',
  }),
  leaseSeconds: Type.Number({
    minimum: 0.1,
    maximum: 600,
    default: 15,
    description: 'A server that is not heard of for so long is taken for dead, and its answers for failed',
  }),
  maxLogEvents: Type.Integer({
    minimum: 1,
    maximum: 10_000_000,
    default: 20_000,
    description: 'Events of an answer that are kept for readers who come back',
  }),
  maxLogMb: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1024,
    default: 4,
    description: 'Memory that the events of one answer may take',
  }),
  maxTotalLogMb: Type.Integer({
    minimum: 1,
    maximum: 1_048_576,
    default: 256,
    description: 'Memory that the events of all answers may take; those of ended ones go first',
  }),
  keepLogSeconds: Type.Number({
    minimum: 0,
    maximum: 86_400,
    default: 300,
    description: 'How long the events of an answer can be read after its end',
  }),
  keepRunHours: Type.Number({
    exclusiveMinimum: 0,
    maximum: 8760,
    default: 24,
    description: 'How long it is remembered how an answer ended',
  }),
});
