import Type from 'typebox';
import { section } from '../key.js';

export const LOG_SECTION = section({
  level: Type.Enum(['silent', 'error', 'warn', 'info', 'debug'], {
    default: 'info',
    description:
      'Least important message that is logged; `debug` also shows the causes of errors in the terminal',
  }),
  format: Type.Enum(['auto', 'pretty', 'json'], {
    default: 'auto',
    description: '`auto`: lines for people on a terminal, JSON elsewhere',
  }),
  questions: Type.Boolean({
    default: false,
    description: 'Whether the log may hold the text of questions',
  }),
});
