import Type from 'typebox';
import { section } from '../key.js';

export const REDIS_SECTION = section({
  url: Type.Optional(
    Type.String({
      pattern: '^rediss?://\\S+$',
      secret: true,
      alias: 'REDIS_URL',
      description:
        'Redis that several servers share: `redis://host:6379/0`, or nodes of one cluster with commas between them',
    }),
  ),
  keyPrefix: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: '^[^\\s{}*?\\[\\]]+$',
    default: 'narae:',
    description: 'What every key in Redis begins with',
  }),
  timeoutMs: Type.Integer({
    minimum: 1,
    maximum: 60_000,
    default: 20,
    description: 'A cached value that Redis does not give within this time counts as not there',
  }),
});
