import { HumanMessage } from '@langchain/core/messages';
import { Command, interrupt, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { NaraeSaver, openEmbeddedCheckpoints } from 'narae/langgraph';

const [path = '.narae/checkpoints.db'] = process.argv.slice(2);

const store = openEmbeddedCheckpoints({ path });
const graph = new StateGraph(MessagesAnnotation)
  .addNode('ask', () => ({ messages: [{ role: 'user', content: interrupt('Which city?') }] }))
  .addNode('answer', ({ messages }) => ({
    messages: [
      { role: 'assistant', content: `${messages.length} messages, the last: ${messages.at(-1).content}` },
    ],
  }))
  .addEdge(START, 'ask')
  .addEdge('ask', 'answer')
  .compile({ checkpointer: new NaraeSaver({ store }) });

const config = { configurable: { thread_id: 'example' } };
const asked = await graph.invoke({ messages: [new HumanMessage('Is the office open?')] }, config);
console.log(`interrupted: ${asked.__interrupt__[0].value}`);

// The state is in the file now: another process could go on from here, as the next run of this example does.
const answered = await graph.invoke(new Command({ resume: '서울' }), config);
console.log(answered.messages.at(-1).content);

await store.close();
