import { deltaChannelHistoryTests, specTest } from '@langchain/langgraph-checkpoint-validation';
import { afterAll, beforeAll, describe } from 'vitest';
import { NaraeSaver } from '../../dist/langgraph/index.js';
import { CheckpointEngines } from '../support/checkpoint-engines.js';

const engines = new CheckpointEngines();
beforeAll(() => engines.start());
afterAll(() => engines.stop());

describe.each(['embedded', 'redis', 'cluster'] as const)('%s', (engine) => {
  const initializer = {
    checkpointerName: `narae on ${engine}`,
    createCheckpointer: () => new NaraeSaver({ store: engines.open(engine) }),
  };
  specTest(initializer);
  deltaChannelHistoryTests(initializer);
});
