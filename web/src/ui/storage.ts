/** Preferences in local storage. Where the browser blocks it, nothing is remembered and nothing fails. */
export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Blocked or full: the choice holds for this page only.
  }
}

const DRAFT_KEY = 'narae.draft';

/** The question that is being typed: a reload of this tab keeps it, closing the tab forgets it. */
export function recallDraft(): string {
  try {
    return sessionStorage.getItem(DRAFT_KEY) ?? '';
  } catch {
    return '';
  }
}

export function rememberDraft(text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(DRAFT_KEY);
    else sessionStorage.setItem(DRAFT_KEY, text);
  } catch {
    // Blocked or full: a reload forgets it.
  }
}
