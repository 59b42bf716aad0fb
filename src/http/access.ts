import type { FastifyRequest } from 'fastify';
import { NaraeError } from '../core/index.js';
import { DEFAULT_TENANT, type TenantDirectory } from '../tenants/index.js';
import type { App } from './app.js';

export interface AccessOptions {
  readonly corsOrigins: readonly string[];
  /** The server listens on this machine only: then only local host names are believed. */
  readonly loopback: boolean;
}

/**
 * Decides who is asking before a handler runs. Beside the API key it guards a key-less local server against web
 * pages: a foreign `Origin` (cross-site requests) and a foreign `Host` (DNS rebinding) are refused.
 */
export function guardAccess(app: App, tenants: TenantDirectory, options: AccessOptions): void {
  app.decorateRequest('tenant', DEFAULT_TENANT);
  app.addHook('onRequest', (request, _reply, done) => {
    if (options.loopback && !tenants.keysRequired) refuseForeignHost(request);
    refuseForeignOrigin(request, options.corsOrigins);
    const isOpen = !tenants.keysRequired || request.routeOptions.config.open === true;
    if (!isOpen) request.tenant = findTenant(request, tenants);
    done();
  });
}

function findTenant(request: FastifyRequest, tenants: TenantDirectory): string {
  const key = bearerKey(request);
  const tenant = key === undefined ? undefined : tenants.find(key);
  if (tenant === undefined) throw new NaraeError('unauthorized', { field: 'authorization' });
  return tenant;
}

/** The key that a request brings, as OpenAI's clients send it, or in `x-api-key` as LangGraph's do. */
export function bearerKey({ headers }: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const own = headers['x-api-key'];
  return bearer ?? (typeof own === 'string' && own !== '' ? own : undefined);
}

function refuseForeignHost(request: FastifyRequest): void {
  const host = request.headers.host ?? '';
  if (isLocalName(hostName(host))) return;
  throw new NaraeError('host_refused', { values: { host }, field: 'host' });
}

function refuseForeignOrigin(request: FastifyRequest, corsOrigins: readonly string[]): void {
  const { origin } = request.headers;
  if (origin === undefined || corsOrigins.includes('*') || corsOrigins.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === request.headers.host) return;
  throw new NaraeError('origin_refused', { values: { origin }, field: 'origin' });
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

const LOCAL_ADDRESS = /^(127(\.\d{1,3}){3}|\[::1\]|localhost|.+\.localhost)$/;

function isLocalName(name: string): boolean {
  return name === '' || LOCAL_ADDRESS.test(name);
}

/** Whether an address to listen on can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === '::1' || isLocalName(host.toLowerCase());
}
