export { createTenantDirectory, DEFAULT_TENANT, type TenantDirectory } from './directory.js';
export type { TenantOptions } from './options.js';
