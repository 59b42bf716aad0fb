export { decideReuse } from './decide.js';
export { evidenceFingerprint, evidenceOf, isSameEvidence, passageKey } from './evidence.js';
export { compareQuestions } from './guards/compare.js';
export * from './options.js';
export { ReuseIndex } from './reuse-index.js';
export { type AnswerComparison, compareAnswers } from './shadow/compare-answers.js';
export { type ShadowReport, ShadowSampler, type ShadowTrial } from './shadow/sampler.js';
export { type Interval, wilsonInterval } from './shadow/wilson.js';
export * from './spec.js';
