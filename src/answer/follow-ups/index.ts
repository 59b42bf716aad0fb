export { completeByModel } from './by-model.js';
export { type SearchQuery, searchQuery } from './query.js';
