const [address = 'http://127.0.0.1:8000', ...given] = process.argv.slice(2);
const questions = given.length > 0 ? given : ['How do I connect Ollama?', '한국어로 물어볼 수 있나요?'];

const response = await fetch(`${address}/v1/batch`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ questions, model: 'extractive' }),
});
if (!response.ok) throw new Error(await response.text());

let rest = '';
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split('\n');
  rest = lines.pop();
  for (const line of lines.filter(Boolean)) show(JSON.parse(line));
}

function show({ status, index, answer, error, answered, failed }) {
  if (status === 'answered') console.log(`✓ ${index}: ${answer.choices[0].message.content}\n`);
  else if (status === 'failed') console.log(`✗ ${index}: ${error.code}: ${error.message}\n`);
  else console.log(`${status}: ${answered} answered, ${failed} failed`);
}
