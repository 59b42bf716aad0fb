export interface ErrorRow {
  readonly status: number;
  readonly retryable: boolean;
  readonly message: string;
}
