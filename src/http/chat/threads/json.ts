import { brokenAnswerOf } from '../../../answer/index.js';
import { errorFromData } from '../../../core/index.js';
import { messageText } from '../../../llm/index.js';
import type { ChatMessage } from '../../../llm/spec.js';
import type { HistoryEntry, RunInfo, ThreadInfo, Turn, TurnSource } from '../../../threads/spec.js';
import { errorBody } from '../../errors.js';
import { FINISH_REASONS, recallJson, usageJson } from '../../openai/index.js';

export function threadJson(info: ThreadInfo) {
  return {
    id: info.id,
    title: info.title ?? null,
    metadata: info.metadata,
    created_at: isoTime(info.createdAtMs),
    updated_at: isoTime(info.updatedAtMs),
    head: info.head,
    turns: info.turns,
    records: info.records,
    bytes: info.payloadBytes,
    stored_bytes: info.storedBytes,
    compressed_records: info.compressedRecords,
    summary: info.summary ?? null,
    expires_at: info.expiresAtMs === undefined ? null : isoTime(info.expiresAtMs),
  };
}

/** `versions`: the turns with the same parent. */
export function turnJson(turn: Turn, versions: readonly number[]) {
  const { sequence, parent, createdAtMs, run, messages, facts = {} } = turn;
  const broken = brokenAnswerOf(turn);
  return {
    sequence,
    parent,
    versions,
    created_at: isoTime(createdAtMs),
    run_id: run ?? null,
    status: broken?.status ?? 'complete',
    error: broken?.error ?? null,
    question: textOf(messages.findLast(({ role }) => role === 'user')),
    answer: textOf(messages.findLast(({ role }) => role === 'assistant')),
    messages: messages.map(messageJson),
    sources: (facts.sources ?? []).map(sourceJson),
    citations: facts.citations ?? [],
    model: facts.model ?? null,
    provider: facts.provider ?? null,
    usage: facts.usage ? usageJson(facts.usage) : null,
    finish_reason: facts.finishReason ? FINISH_REASONS[facts.finishReason] : null,
    collection: facts.collection ?? null,
    cache: facts.recall ? recallJson(facts.recall) : null,
  };
}

export function unreadableJson({ sequence, parent, error }: Extract<HistoryEntry, { kind: 'unreadable' }>) {
  return { sequence, parent, ...errorBody(error) };
}

export function runJson(run: RunInfo) {
  const { narae, ...metadata } = run.metadata;
  const { question = null, after = null } = (narae ?? {}) as { question?: string; after?: number };
  return {
    id: run.id,
    thread_id: run.thread,
    status: run.status,
    multitask_strategy: run.strategy,
    question,
    after,
    metadata,
    created_at: isoTime(run.createdAtMs),
    started_at: run.startedAtMs === undefined ? null : isoTime(run.startedAtMs),
    ended_at: run.endedAtMs === undefined ? null : isoTime(run.endedAtMs),
    error: run.error ? errorBody(errorFromData(run.error)).error : null,
  };
}

function textOf(message: ChatMessage | undefined): string {
  return message === undefined ? '' : messageText(message);
}

function messageJson({ role, content, name, toolCalls, toolCallId, extra }: ChatMessage) {
  return {
    role,
    content,
    ...(name !== undefined && { name }),
    ...(toolCalls !== undefined && { tool_calls: toolCalls }),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
    ...extra,
  };
}

function sourceJson({ documentId, ...source }: TurnSource) {
  return { ...source, document_id: documentId };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
