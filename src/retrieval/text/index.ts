export { ANALYSER_REVISION, analyse } from './analyse.js';
export { CharClass, charClass } from './char-class.js';
export { foldText } from './fold.js';
