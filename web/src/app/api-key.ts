const STORAGE_KEY = 'narae.apiKey';

/** Holds the key where session storage is blocked: until the page is left. */
let memory: string | undefined;

/** The key of this tab. Session storage: gone when the tab closes, never shared with another one. */
export function readApiKey(): string | undefined {
  try {
    return sessionStorage.getItem(STORAGE_KEY) ?? memory;
  } catch {
    return memory;
  }
}

export function saveApiKey(key: string): void {
  memory = key;
  try {
    sessionStorage.setItem(STORAGE_KEY, key);
  } catch {
    // Blocked: `memory` keeps it.
  }
}
