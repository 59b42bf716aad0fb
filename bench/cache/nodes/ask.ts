import type { Pool } from 'undici';

export interface Asked {
  readonly ok: boolean;
  /** `hit`, `miss`, `joined` … */
  readonly outcome: string;
  /** `memory`, `shared`, `new` … */
  readonly reason: string;
  readonly ms: number;
  readonly text: string;
}

/** Asks one question and reads the whole answer. Never rejects: what failed is not `ok`. */
export async function ask(
  pool: Pool,
  question: string,
  {
    stream = false,
    fromMs = performance.now(),
  }: { readonly stream?: boolean; readonly fromMs?: number } = {},
): Promise<Asked> {
  const body = JSON.stringify({ stream, messages: [{ role: 'user', content: question }] });
  try {
    const response = await pool.request({
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const text = await response.body.text();
    const [, outcome = '', reason = ''] =
      /^(\w+); reason=([\w-]+)/.exec(String(response.headers['x-narae-cache'] ?? '')) ?? [];
    const isWhole = stream ? text.trimEnd().endsWith('data: [DONE]') : text.endsWith('}');
    const ok = response.statusCode === 200 && isWhole;
    return { ok, outcome, reason, ms: performance.now() - fromMs, text };
  } catch (error) {
    return { ok: false, outcome: 'failed', reason: '', ms: performance.now() - fromMs, text: String(error) };
  }
}
