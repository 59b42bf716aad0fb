export { type Content, decode, encode } from './codec.js';
