import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

/** Below it even a perfect result saves less than the call costs. */
const SMALLEST_BYTES = 64;
/** A result that is not smaller than this share is thrown away: reading it back would cost time for nothing. */
const WORTHWHILE_SHARE = 0.9;
/** What one frame may become when it is read. */
const LARGEST_BYTES = 1 << 30;

/**
 * What records and messages have in common, most frequent last. With it a message's frame of 300 bytes of JSON
 * shrinks to a fifth; without it nothing of that size would. Part of the format: changing it raises FRAME_FORMAT.
 */
const DICTIONARY = Buffer.from(
  [
    '"lc":2,"type":"undefined"}"lc":2,"type":"constructor","id":["Map"],"method":null,"args":[[["kwargs":{}}',
    '"id":["langchain_core","documents","document","Document"]"metadata":{"source":"pageContent":"',
    '__error____scheduled____interrupt____resume____start____end____previous____return____pregel_tasks__root__',
    '"source":"update","source":"fork","source":"input","step":-1,"parents":{}}',
    'questionanswerdocumentscontextsummaryretrievegenerateagenttoolssupervisorroutermodelmessages',
    '"usage_metadata":{"output_tokens":"input_tokens":"total_tokens":"input_token_details":{},"output_token_details":{}}',
    '"model_provider":"openai","model_name":"finish_reason":"stop","system_fingerprint":"',
    '{"role":"system","content":"{"role":"user","content":"{"role":"assistant","content":"',
    '{"name":"args":{"id":"call_"type":"tool_call"}"tool_call_id":"status":"success","artifact":',
    '{"lc":1,"type":"constructor","id":["langchain_core","messages","ToolMessage"],"kwargs":{"content":"',
    '{"lc":1,"type":"constructor","id":["langchain_core","messages","SystemMessage"],"kwargs":{"content":"',
    '{"lc":1,"type":"constructor","id":["langchain_core","messages","AIMessageChunk"],"kwargs":{"content":"',
    '","tool_calls":[],"invalid_tool_calls":[],"tool_call_chunks":[],"additional_kwargs":{},"response_metadata":{}}}',
    '","id":"","name":"","type":"human"}}","type":"ai"}}',
    '{"lc":1,"type":"constructor","id":["langchain_core","messages","HumanMessage"],"kwargs":{"content":"',
    '","additional_kwargs":{},"response_metadata":{},"id":"',
    '{"lc":1,"type":"constructor","id":["langchain_core","messages","AIMessage"],"kwargs":{"content":"',
    '","tool_calls":[],"invalid_tool_calls":[],"additional_kwargs":{},"response_metadata":{},"id":"',
    '~__pregel_pull, ~__pregel_push, branch:to:__start__branch:to:messages__input__',
    '{"source":"loop","step":10,"parents":{},"thread_id":"","run_id":"',
    '{"source":"loop","step":1,"parents":{}}',
  ].join(''),
);

const DEFLATE = { dictionary: DICTIONARY, level: 6, windowBits: 15, memLevel: 6 };
const INFLATE = {
  dictionary: DICTIONARY,
  finishFlush: constants.Z_SYNC_FLUSH,
  maxOutputLength: LARGEST_BYTES,
};

/** Raw deflate; undefined where it does not pay. */
export function compress(bytes: Uint8Array): Buffer | undefined {
  if (bytes.length < SMALLEST_BYTES) return undefined;
  const smaller = deflateRawSync(bytes, DEFLATE);
  return smaller.length < bytes.length * WORTHWHILE_SHARE ? smaller : undefined;
}

export function decompress(bytes: Uint8Array): Buffer {
  return inflateRawSync(bytes, INFLATE);
}
