const SECRETS = [
  /\b(?:sk|pk|rk|key|api)[-_][A-Za-z0-9_-]{6,}[A-Za-z0-9*_.-]*/g,
  /\bBearer\s+[^\s"',]+/gi,
  /(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g,
];

const LONGEST = 400;

/** An upstream's words, safe to show: one line, no key or token, cut at 400 characters. */
export function redact(text: string, apiKey?: string): string {
  let safe = apiKey ? text.replaceAll(apiKey, '[redacted]') : text;
  for (const secret of SECRETS) safe = safe.replace(secret, '[redacted]');
  safe = safe.replace(/\s+/g, ' ').trim();
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST)} …` : safe;
}
