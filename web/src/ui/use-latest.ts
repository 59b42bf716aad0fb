import { useEffect, useMemo, useRef } from 'react';

/** Functions that never change identity and always run their latest version, for children that are memoised. */
export function useLatest<Functions extends Record<string, (...input: never[]) => unknown>>(
  latest: Functions,
): Functions {
  const current = useRef(latest);
  useEffect(() => {
    current.current = latest;
  });
  return useMemo(() => {
    const names = Object.keys(current.current) as (keyof Functions)[];
    const stable = names.map((name) => [name, (...input: never[]) => current.current[name]?.(...input)]);
    return Object.fromEntries(stable) as Functions;
  }, []);
}
