export { KeptClient, type LinkState } from './kept-client.js';
export { Link } from './link.js';
export { openClient, type VendorClient } from './vendor-client.js';
