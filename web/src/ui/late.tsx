import { type ComponentType, createElement, useEffect, useState } from 'react';

/** A component whose code is fetched apart from the page's. */
export interface LateComponent<Props> {
  (props: Props): ReturnType<typeof createElement> | null;
  /** Fetches the code before it is needed. Never rejects. */
  preload(): Promise<void>;
}

/** Until the code is there the component shows nothing; when it cannot be fetched, it is tried again with the next use. */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>): LateComponent<Props> {
  let loaded: ComponentType<Props> | undefined;
  const preload = async () => {
    loaded ??= await load().catch(() => undefined);
  };
  function Late(props: Props) {
    const [, setReady] = useState(loaded !== undefined);
    useEffect(() => {
      let isGone = false;
      void preload().then(() => !isGone && setReady(loaded !== undefined));
      return () => {
        isGone = true;
      };
    }, []);
    return loaded ? createElement(loaded, props) : null;
  }
  return Object.assign(Late, { preload });
}
