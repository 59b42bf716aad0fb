import { CREATED_SECONDS } from './dialects/index.js';
import { FAULTS } from './faults/index.js';

/** The body of `GET /v1/models`, for clients of either vendor, with what each model does. */
export function modelsBody(): string {
  const createdAt = new Date(CREATED_SECONDS * 1000).toISOString();
  const data = Object.entries(FAULTS).map(([id, { description }]) => ({
    id,
    object: 'model',
    type: 'model',
    created: CREATED_SECONDS,
    created_at: createdAt,
    owned_by: 'narae',
    display_name: id,
    description,
  }));
  return JSON.stringify({
    object: 'list',
    data,
    has_more: false,
    first_id: data[0]?.id,
    last_id: data.at(-1)?.id,
  });
}
