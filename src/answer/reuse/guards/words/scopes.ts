const SCOPES: readonly (readonly [string, RegExp])[] = [
  [
    'only',
    /\b(?:only|solely|exclusively|alone)\b|(?<![\p{L}])(?:오직|오로지|단지)|(?<!하나|조금|잠깐|그|잠시|좀|얼마|동안|오랜|[\d시년일월])만(?=\s|$)/iu,
  ],
  ['all', /\b(?:all|every|each|always|entire|whole)\b|(?<![\p{L}])(?:모두|모든|전부|전체|매번|항상|일괄)/iu],
  ['some', /\b(?:partial|partially|partly|sometimes)\b|(?<![\p{L}])(?:일부|부분|몇몇|가끔)/iu],
];

/** How far the question reaches, where it says so. */
export function readScopes(text: string): string[] {
  return SCOPES.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}

const MODALITIES: readonly (readonly [string, RegExp])[] = [
  [
    'must',
    /\b(?:must|have to|has to|need to|needs to|required|mandatory|compulsory|necessary)\b|(?:해야|되야|필수|의무)/iu,
  ],
  ['should', /\b(?:should|ought|shall|recommended|advisable)\b/iu],
  ['can', /\b(?:can|could|able|possible|allowed|may)\b|(?:수\s?있|가능)/iu],
];

/** Whether it is about what is possible, advised or obligatory; empty where nothing says. */
export function readModality(text: string): string {
  return MODALITIES.find(([, pattern]) => pattern.test(text))?.[0] ?? '';
}

const POINTS_OUTSIDE =
  /\b(?:this|these)\s+(?!year|month|week|weekend|morning|evening|afternoon|time|way|kind|is|are|was|day)\p{L}+|\bthe following\b|\b(?:attached|mentioned above|given below)\b|(?<![\p{L}])(?:이거|이것|요거|첨부한|아래\s?(?:코드|내용|문장|그림)|다음\s(?:코드|문장|글|문제))/iu;

/** Whether it points at something that is not in it, `this error`, 아래 코드: then words do not tell what is asked. */
export function pointsOutside(text: string): boolean {
  return POINTS_OUTSIDE.test(text);
}
