import { withoutConnectives } from './korean.js';

const CASE = '에서|에게|한테|으로|로|에|까지|부터';
/** "맥에서는요?": the thing, the case that it has, and the particle that contrasts it. */
const KOREAN_CASE = new RegExp(`^(.+?)(${CASE})(?:는|도|만)(?:요)?[?.!\\s]*$`);
const KOREAN_TOPIC = /^(.+?)(은|는|도|이면|라면|이라면)(?:요)?[?.!\s]*$/;
/** The first thing of a question that has a topic's or a subject's particle. */
const KOREAN_SLOT = /^((?:\S+\s+){0,2}?\S+?)(은|는|이|가|을|를|도)(?=\s)/;

const ENGLISH_LEAD = /^(?:(?:and|or|but|so|then|also|ok(?:ay)?)[ ,]+)*(?:(?:what|how) about\s+)?/i;
const ENGLISH_CASE =
  /^(for|on|in|with|without|from|at|to|by|under|after|before|during|via)\s+(.+?)[?.!\s]*$/i;

/**
 * The earlier question with the new thing in the old one's place: "배송은 며칠 걸리나요?" and "환불은요?" become
 * "환불은 며칠 걸리나요?". Undefined where the place cannot be told.
 */
export function substitute(earlier: string, fragment: string): string | undefined {
  return /\p{Script=Hangul}/u.test(fragment) ? inKorean(earlier, fragment) : inEnglish(earlier, fragment);
}

function inKorean(earlier: string, fragment: string): string | undefined {
  const text = withoutConnectives(fragment);
  const [, thing, grammar] = KOREAN_CASE.exec(text) ?? [];
  if (thing !== undefined && grammar !== undefined) return withCase(earlier, thing, grammar);
  const [, topic, particle] = KOREAN_TOPIC.exec(text) ?? [];
  if (topic === undefined || particle === undefined || !KOREAN_SLOT.test(earlier)) return undefined;
  return earlier.replace(KOREAN_SLOT, () => `${topic}${particle}`);
}

function withCase(earlier: string, thing: string, grammar: string): string | undefined {
  const slot = new RegExp(`\\S+?${grammar}(?=(?:는|도|만)?\\s)`);
  return slot.test(earlier) ? earlier.replace(slot, () => `${thing}${grammar}`) : undefined;
}

function inEnglish(earlier: string, fragment: string): string | undefined {
  const [, preposition, thing] = ENGLISH_CASE.exec(fragment.replace(ENGLISH_LEAD, '')) ?? [];
  if (preposition === undefined || thing === undefined) return undefined;
  const slot = new RegExp(`\\b${preposition}\\s+(?:the\\s+)?[\\w.+-]+(?=\\s*[?.!,]|\\s*$)`, 'i');
  return slot.test(earlier)
    ? earlier.replace(slot, () => `${preposition.toLowerCase()} ${thing}`)
    : undefined;
}
