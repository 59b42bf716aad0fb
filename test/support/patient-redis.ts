/** For connections to Redis on a machine that is busy with other tests; what is done without it is tested elsewhere. */
export const PATIENT_REDIS = { commandTimeoutMs: 30_000, connectTimeoutMs: 30_000 };
