import { deltaChannelHistoryTests, specTest } from '@langchain/langgraph-checkpoint-validation';
import { NaraeSaver, openEmbeddedCheckpoints } from '../../dist/langgraph/index.js';
import { TempFolder } from '../support/temp-folder.js';

const opened = new Map<NaraeSaver, () => Promise<void>>();

const embedded = {
  checkpointerName: 'narae, embedded',
  createCheckpointer: () => {
    const folder = new TempFolder();
    const store = openEmbeddedCheckpoints({ path: folder.at('checkpoints.db') });
    const saver = new NaraeSaver({ store });
    opened.set(saver, async () => {
      await store.close();
      folder.remove();
    });
    return saver;
  },
  destroyCheckpointer: async (saver: NaraeSaver) => {
    await opened.get(saver)?.();
    opened.delete(saver);
  },
};

specTest(embedded);
deltaChannelHistoryTests(embedded);
