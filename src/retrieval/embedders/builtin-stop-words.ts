/** Words that say little about what a text is about, English and Korean (by its first two syllables). */
const ENGLISH =
  'a about after also an and any are as at be been before being between both but by can could did do does ' +
  'during each every for from had has have he her him his how i if in into is it its may might more most much ' +
  'no not of on one or other our over she should so some such than that the their them then there these they ' +
  'this those through to two under up was we were what when where which while who whom whose why will with ' +
  'would you your';

const KOREAN =
  '것은 것을 것이 경우 그것 그는 그리 그의 그러 누가 누구 다른 다음 당시 대한 대해 되는 되었 된다 등을 등의 때문 또한 ' +
  '또는 또 및 모든 무슨 무엇 방법 사람 수 어느 어디 어떤 어떻 언제 없는 없다 에서 여러 왜 위한 위해 으로 의해 이는 이름 ' +
  '이후 있는 있다 있었 있으 있을 자신 정도 지금 처음 통해 하는 하여 하지 한다 함께 했다 했던';

const STOP_WORDS: ReadonlySet<string> = new Set(`${ENGLISH} ${KOREAN}`.split(' '));

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
