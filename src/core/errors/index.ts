export * from './error-data.js';
export * from './narae-error.js';
export * from './table.js';
