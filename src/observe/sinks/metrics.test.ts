import { expect, test } from 'vitest';
import { createMetrics } from './metrics.js';

test('a request counts as active until it finishes, then lands in the histogram under its route', async () => {
  const metrics = createMetrics();
  metrics.sink({ type: 'request-started', route: '/v1/search' });
  expect(await metrics.render()).toContain('http_server_active_requests{http_route="/v1/search"} 1');
  metrics.sink({
    type: 'request-finished',
    requestId: 'r',
    method: 'POST',
    route: '/v1/search',
    status: 200,
    durationMs: 12,
  });
  const text = await metrics.render();
  expect(text).toContain('http_server_active_requests{http_route="/v1/search"} 0');
  expect(text).toContain(
    'http_server_request_duration_seconds_sum{http_request_method="POST",http_route="/v1/search",http_response_status_code="200"} 0.012',
  );
  metrics.close();
});

test('a generation reports first-token time, tokens of both kinds and its error', async () => {
  const metrics = createMetrics();
  const model = { provider: 'openai', model: 'm' };
  metrics.sink({ type: 'generation-started', ...model });
  metrics.sink({
    type: 'generation-finished',
    requestId: 'r',
    ...model,
    durationMs: 900,
    firstTokenMs: 300,
    inputTokens: 40,
    outputTokens: 7,
    outcome: 'error',
    errorCode: 'llm_stream_broken',
  });
  const text = await metrics.render();
  const labels = 'gen_ai_provider_name="openai",gen_ai_request_model="m"';
  expect(text).toContain(`gen_ai_server_time_to_first_token_seconds_sum{${labels}} 0.3`);
  expect(text).toContain(`gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="output"} 7`);
  expect(text).toContain(
    `gen_ai_server_request_duration_seconds_count{${labels},error_type="llm_stream_broken"} 1`,
  );
  expect(text).toContain(`narae_generations_in_flight{${labels}} 0`);
  metrics.close();
});
