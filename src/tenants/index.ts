export { createTenantDirectory, DEFAULT_TENANT, type TenantDirectory } from './directory.js';
