export interface TenantOptions {
  /** Keys that may call the API. Empty: everybody who can reach the server may. */
  readonly apiKeys: readonly string[];
}
