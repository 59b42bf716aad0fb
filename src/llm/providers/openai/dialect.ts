import { choicesAsked } from '../../several-choices.js';
import type { Dialect } from '../upstream-provider.js';
import { OpenAiDecoder } from './decoder.js';
import { openAiBody, withoutStreamOptions } from './request.js';

/** OpenAI's chat completions, and every server that is compatible: Ollama, vLLM, llama.cpp, LM Studio and others. */
export const openAiDialect: Dialect = {
  name: 'openai',
  chatPath: '/chat/completions',
  modelsPath: '/models',
  headers: (apiKey) => (apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
  body: openAiBody,
  leaner: withoutStreamOptions,
  decoder: (upstream, { parameters }) => new OpenAiDecoder(upstream, choicesAsked(parameters)),
};
