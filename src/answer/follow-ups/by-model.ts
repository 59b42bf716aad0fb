import { deriveSignal, throwIfAborted } from '../../core/index.js';
import { messageText } from '../../llm/index.js';
import type { ChatMessage, LlmRequest } from '../../llm/spec.js';
import type { Prepared } from '../prepare.js';
import type { Run } from '../run.js';

/** Messages before the question that the model is shown, each so long. */
const SHOWN_MESSAGES = 6;
const SHOWN_CHARACTERS = 600;
const MAX_OUTPUT_TOKENS = 120;
/** A completed question is a question: what is longer, or has more lines, is something else. */
const LONGEST_CHARACTERS = 400;

const INSTRUCTIONS = `Rewrite the last question of a conversation so that it can be understood without the conversation.
Replace pronouns and fill in what was left out. Keep the language of the question. Do not answer it.
If it can be understood by itself, repeat it unchanged. Write the question only.`;

/** The question as the model completes it; where it does not in time, or gives something else, as the rules did. */
export async function completeByModel(run: Run, prepared: Prepared): Promise<string> {
  using limited = deriveSignal(run.signal, { deadlineMs: run.options.followUpTimeoutMs });
  try {
    const text = await ask(run, prepared, limited.signal);
    return isQuestion(text) ? text : prepared.query;
  } catch {
    throwIfAborted(run.signal);
    return prepared.query;
  }
}

async function ask({ request }: Run, { model, question }: Prepared, signal: AbortSignal): Promise<string> {
  const { requestId, tenant } = request;
  const prompt = promptFor(model.upstreamModel, request.messages.slice(0, question.index), question.text);
  let text = '';
  for await (const batch of model.provider.stream(prompt, { signal, requestId, tenant })) {
    for (const part of batch) if (part.type === 'text-delta') text += part.text;
    if (text.length > LONGEST_CHARACTERS) break;
  }
  return text.trim().replace(/^["“'「](.*)["”'」]$/su, '$1');
}

function isQuestion(text: string): boolean {
  return text !== '' && text.length <= LONGEST_CHARACTERS && !text.includes('\n');
}

function promptFor(model: string, before: readonly ChatMessage[], question: string): LlmRequest {
  const shown = before
    .filter(({ role }) => role === 'user' || role === 'assistant')
    .slice(-SHOWN_MESSAGES)
    .map((message) => `${message.role}: ${messageText(message).slice(0, SHOWN_CHARACTERS)}`);
  const content = `${shown.join('\n')}\n\nLast question: ${question}`;
  return {
    model,
    messages: [
      { role: 'system', content: INSTRUCTIONS },
      { role: 'user', content },
    ],
    question,
    passages: [],
    retrieval: 'off',
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    parameters: { temperature: 0 },
  };
}
