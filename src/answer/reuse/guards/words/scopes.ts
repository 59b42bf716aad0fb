const SCOPES: readonly (readonly [string, RegExp])[] = [
  ['only', /\b(?:only|solely|exclusively|alone)\b|(?<![\p{L}])(?:오직|오로지|단지)|만(?=\s|$)/iu],
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
