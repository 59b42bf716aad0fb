/** The few things that Narae uses of `@huggingface/transformers`, which is optional and loaded by name at run time. */
export interface FeatureExtraction {
  (
    texts: readonly string[],
    options: { pooling: 'mean' | 'cls'; normalize: boolean },
  ): Promise<{ readonly dims: readonly number[]; readonly data: ArrayLike<number> }>;
  dispose(): Promise<unknown>;
}

export interface TransformersModule {
  readonly env: { allowRemoteModels: boolean; allowLocalModels: boolean; localModelPath: string };
  pipeline(
    task: 'feature-extraction',
    model: string,
    options: { dtype: string; local_files_only: boolean },
  ): Promise<FeatureExtraction>;
}
