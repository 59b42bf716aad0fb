/** What every contender is asked for. The model's name tells the mock how to answer. */
const TOKENS = 60;
const FIRST_TOKEN_MS = 100;
const TOKEN_MS = 50;

/** 20 tokens a second, as models write: first-token time and CPU of streams that trickle. */
export const PACED_MODEL = `mock:first_token_ms=${FIRST_TOKEN_MS},token_ms=${TOKEN_MS},tokens=${TOKENS}`;
/** How long a paced stream takes. */
export const PACED_STREAM_MS = FIRST_TOKEN_MS + (TOKENS - 1) * TOKEN_MS;
/** The whole answer at once: requests a second. */
export const BURST_MODEL = `mock:tokens=${TOKENS}`;
/** Trickles as well, but so fast that the code of trickling is compiled within seconds. */
export const BRISK_MODEL = `mock:first_token_ms=1,token_ms=2,tokens=${TOKENS}`;
/** Streams that stay open for half a minute. */
export const OPEN_MODEL = 'mock:first_token_ms=500,token_ms=500,tokens=64';

export const MODELS = [PACED_MODEL, BURST_MODEL, BRISK_MODEL, OPEN_MODEL];

/** Each with its number, so that no cache helps anybody. */
export const PROMPTS = [
  'How do I connect a local model? ({n})',
  'Which files can be indexed, and how large may they be? ({n})',
  '한국어 문서에서 검색이 잘 되게 하려면 어떻게 하나요? ({n})',
  '설정 파일은 어디에 두나요? ({n})',
];
