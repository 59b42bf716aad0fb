import { expect, it } from 'vitest';
import { judge } from '../routing/judgement.js';
import { transportError } from './failures.js';

const SITUATION = {
  host: 'models.example',
  calledAs: { model: 'm' },
  connectTimeoutMs: 5_000,
  replied: false,
};

it.each(['EMFILE', 'ENFILE'])('%s is our own lack, not a fault of the model server', (code) => {
  const inner = Object.assign(new Error('socket'), { code });
  for (const thrown of [inner, new AggregateError([inner]), new Error('connect', { cause: inner })]) {
    const error = transportError(thrown, SITUATION);
    expect(error).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 1 });
    expect(judge(error)).toMatchObject({ blamesEndpoint: false, isOverload: false });
  }
});
