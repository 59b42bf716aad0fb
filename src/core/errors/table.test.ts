import { expect, test } from 'vitest';
import * as rows from './rows/index.js';
import { ERROR_TABLE } from './table.js';

test('holds the codes of every area, each once', () => {
  const codes = Object.values(rows).flatMap((area) => Object.keys(area));
  expect(codes.toSorted()).toEqual(Object.keys(ERROR_TABLE).toSorted());
});
