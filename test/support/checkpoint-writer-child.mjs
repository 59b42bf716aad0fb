// A process that talks on thread `t` of a database, to be killed while it does: `<path>`. Says each id once it is stored.
import { HumanMessage } from '@langchain/core/messages';
import { uuid6 } from '@langchain/langgraph-checkpoint';
import { NaraeSaver, openEmbeddedCheckpoints } from '../../dist/langgraph/index.js';

const saver = new NaraeSaver({ store: openEmbeddedCheckpoints({ path: process.argv[2] }) });
const tuple = await saver.getTuple({ configurable: { thread_id: 't' } });
let config = tuple?.config ?? { configurable: { thread_id: 't' } };
let messages = tuple?.checkpoint.channel_values.messages ?? [];
for (;;) {
  const step = messages.length + 1;
  messages = [...messages, new HumanMessage({ content: `말 ${step} ${'x'.repeat(300)}`, id: `${step}` })];
  const checkpoint = {
    v: 4,
    id: uuid6(step),
    ts: new Date().toISOString(),
    channel_values: { messages },
    channel_versions: { messages: step },
    versions_seen: {},
  };
  const metadata = { source: 'loop', step, parents: {} };
  config = await saver.put(config, checkpoint, metadata, checkpoint.channel_versions);
  await saver.putWrites(config, [['messages', `write ${step}`]], 'task');
  process.send({ id: checkpoint.id, step });
}
