export { decideReuse } from './decide.js';
export { evidenceOf } from './evidence.js';
export { compareQuestions } from './guards/compare.js';
export * from './options.js';
export { ReuseIndex } from './reuse-index.js';
export { type ShadowReport, ShadowSampler } from './shadow/sampler.js';
export { type Interval, wilsonInterval } from './shadow/wilson.js';
export * from './spec.js';
