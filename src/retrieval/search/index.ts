export { EmbeddedRetriever } from './retriever.js';
export { SearchClient } from './search-client.js';
export type { IndexSize } from './search-methods.js';
