export { completeByModel } from './by-model.js';
export { searchQuery, standsAlone } from './query.js';
