import type { Dialect } from '../upstream-provider.js';
import { AnthropicDecoder } from './decoder.js';
import { anthropicBody } from './request.js';

const API_VERSION = '2023-06-01';

/** Anthropic's Messages API. */
export const anthropicDialect: Dialect = {
  name: 'anthropic',
  chatPath: '/v1/messages',
  modelsPath: '/v1/models?limit=1000',
  headers: (apiKey) => ({ 'anthropic-version': API_VERSION, ...(apiKey && { 'x-api-key': apiKey }) }),
  body: anthropicBody,
  decoder: (upstream) => new AnthropicDecoder(upstream),
};
