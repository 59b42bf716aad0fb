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
  expect(text).toContain(
    `gen_ai_client_token_usage_sum{${labels},gen_ai_response_model="m",gen_ai_token_type="output"} 7`,
  );
  expect(text).toContain(
    `gen_ai_server_request_duration_seconds_count{${labels},error_type="llm_stream_broken"} 1`,
  );
  expect(text).toContain(`narae_generations_in_flight{${labels}} 0`);
  metrics.close();
});

test('routing shows the state that holds, retries, hedges, fallbacks, early stops and waits', async () => {
  const metrics = createMetrics();
  const [model, endpoint] = ['m', 'gpu-1:8001'];
  metrics.sink({ type: 'endpoint-state-changed', model, endpoint, from: 'closed', to: 'open' });
  metrics.sink({ type: 'endpoint-state-changed', model, endpoint, from: 'open', to: 'half-open' });
  metrics.sink({
    type: 'generation-retried',
    model,
    endpoint,
    attempt: 2,
    delayMs: 0,
    errorCode: 'llm_failed',
  });
  metrics.sink({ type: 'generation-hedged', model, delayMs: 90, outcome: 'second-won' });
  metrics.sink({ type: 'generation-fell-back', model, fallback: 'extractive', errorCode: 'llm_timeout' });
  metrics.sink({ type: 'generation-stopped-early', model, rule: 'sentence' });
  metrics.sink({ type: 'limit-waited', limit: 'total', waitedMs: 250, outcome: 'refused' });
  const text = await metrics.render();
  const about = 'gen_ai_request_model="m"';
  for (const line of [
    `narae_endpoint_state{${about},endpoint="gpu-1:8001",state="open"} 0`,
    `narae_endpoint_state{${about},endpoint="gpu-1:8001",state="half-open"} 1`,
    `narae_generation_retries_total{${about},endpoint="gpu-1:8001",error_type="llm_failed"} 1`,
    `narae_generation_hedges_total{${about},outcome="second-won"} 1`,
    `narae_generation_fallbacks_total{${about},fallback="extractive",error_type="llm_timeout"} 1`,
    `narae_generation_early_stops_total{${about},rule="sentence"} 1`,
    'narae_limit_wait_seconds_sum{limit="total",endpoint="",outcome="refused"} 0.25',
  ])
    expect(text).toContain(line);
  metrics.close();
});

test('caches show their reads by outcome, what they hold now and what they have spared so far', async () => {
  const metrics = createMetrics();
  let evictions = 3;
  const saved = { llmCalls: 2, tokens: 900, dollars: 0.25 };
  metrics.followCaches(() => ({ answer: { entries: 5, bytes: 4_096, evictions, saved } }));
  metrics.sink({ type: 'cache-read', cache: 'answer', outcome: 'joined' });
  metrics.sink({ type: 'cache-read', cache: 'answer', outcome: 'joined' });
  await metrics.render();
  evictions = 4;
  const text = await metrics.render();
  for (const line of [
    'narae_cache_reads_total{cache="answer",outcome="joined"} 2',
    'narae_cache_entries{cache="answer"} 5',
    'narae_cache_bytes{cache="answer"} 4096',
    'narae_cache_evictions_total{cache="answer"} 4',
    'narae_cache_saved_tokens_total{cache="answer"} 900',
    'narae_cache_saved_dollars_total{cache="answer"} 0.25',
  ])
    expect(text).toContain(line);
  metrics.close();
});
