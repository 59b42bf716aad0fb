export const KOREAN_DESCRIPTIONS: Readonly<Record<string, string>>;
