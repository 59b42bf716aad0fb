import type { FastifyRequest } from 'fastify';
import { NaraeError } from '../../core/index.js';
import type { TenantDirectory } from '../../tenants/index.js';
import { bearerKey } from '../access.js';

/**
 * Lets operators in: who sends an admin key where such keys are configured; else who asks from this machine, by no
 * proxy, with whatever key the API asks for. Throws `unauthorized` or `admin_key_missing`.
 */
export function requireAdmin(
  request: FastifyRequest,
  admins: TenantDirectory,
  tenants: TenantDirectory,
): void {
  const key = bearerKey(request);
  const directory = admins.keysRequired ? admins : tenants;
  if (directory.keysRequired && (key === undefined || directory.find(key) === undefined))
    throw new NaraeError('unauthorized', { field: 'authorization' });
  if (!admins.keysRequired && !isFromHere(request)) throw new NaraeError('admin_key_missing');
}

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

function isFromHere({ ip, headers }: FastifyRequest): boolean {
  return LOOPBACK.test(ip) && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}
