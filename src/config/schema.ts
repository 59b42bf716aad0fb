import type { Static } from 'typebox';
import { section } from './key.js';
import { ANSWER_SECTION } from './sections/answer.js';
import { CACHE_SECTION } from './sections/cache.js';
import { DATA_SECTION } from './sections/data.js';
import { EMBEDDER_SECTION } from './sections/embedder.js';
import { INGEST_SECTION } from './sections/ingest.js';
import { LANGGRAPH_SECTION } from './sections/langgraph.js';
import { LLM_SECTION } from './sections/llm.js';
import { LOG_SECTION } from './sections/log.js';
import { REDIS_SECTION } from './sections/redis.js';
import { RETRIEVAL_SECTION } from './sections/retrieval.js';
import { ROUTING_SECTION } from './sections/routing.js';
import { SERVER_SECTION } from './sections/server.js';
import { THREADS_SECTION } from './sections/threads.js';

/** The whole configuration, as a TypeBox (JSON Schema) tree. Its order is the order of the reference page. */
export const CONFIG_SCHEMA = section({
  server: SERVER_SECTION,
  data: DATA_SECTION,
  ingest: INGEST_SECTION,
  embedder: EMBEDDER_SECTION,
  retrieval: RETRIEVAL_SECTION,
  llm: LLM_SECTION,
  routing: ROUTING_SECTION,
  answer: ANSWER_SECTION,
  cache: CACHE_SECTION,
  threads: THREADS_SECTION,
  langgraph: LANGGRAPH_SECTION,
  redis: REDIS_SECTION,
  log: LOG_SECTION,
});

type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

type Tree = Frozen<Static<typeof CONFIG_SCHEMA>>;

/** Who writes answers, once `auto` has been decided. */
export type LlmProviderName = Exclude<Tree['llm']['provider'], 'auto'>;

/** An entry of `llm.models`. */
export type ModelEntry = Tree['llm']['models'][number];

/** The effective configuration: validated, deeply frozen, paths absolute, `llm.provider` decided. */
export type Config = Omit<Tree, 'llm'> & {
  readonly llm: Omit<Tree['llm'], 'provider'> & { readonly provider: LlmProviderName };
};
