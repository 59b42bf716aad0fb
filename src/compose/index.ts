export { announceIndex } from './announce-index.js';
export { type DefaultModel, describeDefaultModel } from './default-model.js';
export { changeEmbedders, EmbedderChange } from './embedder-change.js';
export { endpointLoads } from './endpoint-loads.js';
export { exampleQuestions } from './example-questions.js';
export { FolderRun } from './folder-run.js';
export { IndexCare } from './index-care.js';
export { logQuestions } from './log-questions.js';
export {
  answerOptions,
  httpOptions,
  ingestSettings,
  llmOptions,
  logOptions,
  retrievalOptions,
  sseOptions,
} from './room-options.js';
