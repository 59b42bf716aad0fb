export { ANALYSER_REVISION, analyse } from './analyse.js';
export { foldText } from './fold.js';
