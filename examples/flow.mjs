// Triage of a support ticket as a graph: two looks at it side by side, one look at each line, a person's approval.
import { END, field, mapOver, START, StateGraph } from 'narae/flow';

const ticket = process.argv[2] ?? '앱이 열리지 않아요.\nThe invoice of June is missing.';

const triage = new StateGraph({
  ticket: field({ default: () => '' }),
  language: field({ default: () => 'en' }),
  isUrgent: field({ default: () => false }),
  topics: field({ default: () => [], reduce: (all, more) => [...all, ...more] }),
  reply: field({ default: () => '' }),
})
  .addNode('language', ({ ticket }) => ({ language: /[가-힣]/.test(ticket) ? 'ko' : 'en' }))
  .addNode('urgency', async ({ ticket }) => ({ isUrgent: /urgent|급해|열리지/i.test(ticket) }))
  .addNode(
    'topics',
    mapOver(
      ({ ticket }) => ticket.split('\n'),
      (line) => ({ topics: [/invoice|청구/i.test(line) ? 'billing' : 'product'] }),
      { concurrency: 4, limit: 100 },
    ),
  )
  .addNode('draft', ({ language, topics }, context) => {
    const reply =
      language === 'ko' ? `확인하고 있습니다: ${topics.join(', ')}` : `We look into: ${topics.join(', ')}`;
    for (const word of reply.split(' ')) context.writer(word);
    return { reply };
  })
  .addNode('approve', ({ reply }, context) => ({ reply: context.interrupt(`Send this? ${reply}`) }))
  .addEdge(START, 'language')
  .addEdge(START, 'urgency')
  .addEdge(START, 'topics')
  .addEdge(['language', 'urgency', 'topics'], 'draft')
  .addConditionalEdges('draft', ({ isUrgent }) => (isUrgent ? 'approve' : END), ['approve', END])
  .addEdge('approve', END)
  .compile({ name: 'triage' });

const stream = triage.stream({ ticket }, { modes: ['updates', 'custom'] });
for await (const events of stream) {
  for (const event of events) {
    if (event.mode === 'updates') console.log(`${event.node}:`, JSON.stringify(event.update));
    else console.log(`  … ${event.data}`);
  }
}

let result = await stream.result;
if (result.status === 'interrupted') {
  console.log(`waiting: ${result.interrupts[0].value}`);
  const kept = JSON.stringify(result.snapshot); // in a file, a database, a queue: for as long as it takes
  result = await triage.resume(JSON.parse(kept), `${result.state.reply} (approved)`);
}
console.log(`${result.status}: ${result.state.reply}`);
console.log(triage.toMermaid());
