/** Words that ask rather than name: marking them would point at nothing. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and any are as at be been but by can could did do does for from get had has have how i if in into is it ' +
    'its just me my no not of on or our should so some tell than that the their them then there these they this ' +
    'those to us was we were what when where which who whose why will with would you your about please explain ' +
    '무엇 무엇이 무엇인가요 뭐 뭔가요 뭐야 어떻게 어떤 어디 어디서 어디에 언제 누가 누구 왜 얼마나 몇 어느 그 이 저 것 수 때 ' +
    '있나요 있습니까 있어요 있는 있다 있는지 없나요 없는 없다 하나요 합니까 되나요 됩니까 해야 하는 하려면 하면 되는 알려줘 알려주세요 ' +
    '설명해줘 설명해주세요 대해 대한 대해서 관해 관한 그리고 또는 및 위해 위한 통해 할 등 좀 더'
  ).split(' '),
);
