import type { GraphDrawing, GraphSchemas } from '../graph.js';
import { ANSWER, RETRIEVE } from './snapshot.js';

const MESSAGES = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      type: { type: 'string', enum: ['human', 'ai', 'system', 'tool'] },
      content: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }] },
      id: { type: 'string' },
    },
    required: ['type', 'content'],
  },
};
const SOURCES = { type: 'array', items: { type: 'object' } };
const STATE = { type: 'object', properties: { messages: MESSAGES, sources: SOURCES } };

const OPTIONS = {
  type: 'object',
  properties: {
    model: { type: 'string' },
    collection: { type: 'string' },
    k: { type: 'integer', minimum: 1, maximum: 100 },
    filter: { type: 'object' },
    retrieval: { type: 'boolean' },
    force_new: { type: 'boolean' },
    max_tokens: { type: 'integer', minimum: 1 },
    temperature: { type: 'number' },
    top_p: { type: 'number' },
    stop: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    seed: { type: 'integer' },
    user: { type: 'string' },
  },
};

export const SCHEMAS: GraphSchemas = {
  input_schema: { type: 'object', properties: { messages: MESSAGES }, required: ['messages'] },
  output_schema: STATE,
  state_schema: STATE,
  config_schema: OPTIONS,
  context_schema: OPTIONS,
};

export const DRAWING: GraphDrawing = {
  nodes: [
    { id: '__start__', type: 'schema', data: '__start__' },
    ...[RETRIEVE, ANSWER].map((name) => ({ id: name, type: 'runnable', data: { id: [name], name } })),
    { id: '__end__', type: 'schema', data: '__end__' },
  ],
  edges: [
    { source: '__start__', target: RETRIEVE },
    { source: RETRIEVE, target: ANSWER },
    { source: ANSWER, target: '__end__' },
  ],
};
