import type { SqlDatabase, SqlValue } from '../../../sql/index.js';
import type { FilterClause } from '../../filter.js';
import type { FilterValue } from '../../spec.js';
import type { CollectionRow } from './collections.js';

/** A document's own columns; every other key is looked up in its metadata. */
const COLUMNS: Readonly<Record<string, string>> = {
  source: 'd.source',
  title: 'd.title',
  language: 'd.language',
  media_type: 'd.media_type',
  updated_at: 'd.updated_at_ms',
};

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Row numbers of the documents for which every clause holds. Values are only ever bound, never written into the SQL. */
export function matchingDocuments(
  db: SqlDatabase,
  collection: CollectionRow,
  clauses: readonly FilterClause[],
): Set<number> {
  const conditions = clauses.map(conditionOf);
  const where = ['d.collection_id = ?', 'd.tenant = ?', ...conditions.map((condition) => condition.sql)];
  const rows = db.all<{ row: number }>(`SELECT d.row FROM documents d WHERE ${where.join(' AND ')}`, [
    collection.id,
    collection.tenant,
    ...conditions.flatMap((condition) => condition.params),
  ]);
  return new Set(rows.map((row) => row.row));
}

function conditionOf(clause: FilterClause): Condition {
  const column = Object.hasOwn(COLUMNS, clause.key) ? COLUMNS[clause.key] : undefined;
  return column === undefined ? onMetadata(clause) : onColumn(column, clause);
}

function onColumn(column: string, clause: FilterClause): Condition {
  const type = column === 'd.updated_at_ms' ? 'number' : 'string';
  return test(clause, column, (value) => typeof value === type);
}

/** `json_each` gives each entry's value with its type, so that true, 1 and "1" stay different. */
function onMetadata(clause: FilterClause): Condition {
  const negated = clause.test === 'ne';
  const positive: FilterClause = negated ? { key: clause.key, test: 'any', values: [clause.value] } : clause;
  const inner = test(positive, 'm.value', () => true, 'm.type');
  return {
    sql: `${negated ? 'NOT ' : ''}EXISTS (SELECT 1 FROM json_each(d.metadata) m WHERE m.key = ? AND ${inner.sql})`,
    params: [clause.key, ...inner.params],
  };
}

/** The SQL of one test on `column`. A value of a type that the column cannot have never equals it. */
function test(
  clause: FilterClause,
  column: string,
  possible: (value: FilterValue) => boolean,
  type?: string,
): Condition {
  switch (clause.test) {
    case 'any':
      return anyOf(clause.values.filter(possible), column, type);
    case 'ne':
      return possible(clause.value)
        ? { sql: `${column} <> ?`, params: [bound(clause.value)] }
        : { sql: '1', params: [] };
    case 'prefix':
      return {
        sql: `${typed(type, clause.value)}substr(${column}, 1, length(?)) = ?`,
        params: [clause.value, clause.value],
      };
    default:
      if (!possible(clause.value)) return { sql: '0', params: [] };
      return {
        sql: `${typed(type, clause.value)}${column} ${OPERATORS[clause.test]} ?`,
        params: [clause.value],
      };
  }
}

function anyOf(values: readonly FilterValue[], column: string, type: string | undefined): Condition {
  const groups = ['string', 'number', 'boolean']
    .map((kind) => values.filter((value) => typeof value === kind))
    .filter((group) => group.length > 0);
  if (groups.length === 0) return { sql: '0', params: [] };
  const each = groups.map((group) => {
    const places = group.map(() => '?').join(', ');
    return `(${typed(type, group[0] as FilterValue)}${column} IN (${places}))`;
  });
  return { sql: `(${each.join(' OR ')})`, params: groups.flat().map(bound) };
}

function typed(type: string | undefined, value: FilterValue): string {
  if (type === undefined) return '';
  if (typeof value === 'string') return `${type} = 'text' AND `;
  if (typeof value === 'boolean') return `${type} IN ('true', 'false') AND `;
  return `${type} IN ('integer', 'real') AND `;
}

/** SQLite holds a JSON boolean as 1 or 0. */
function bound(value: FilterValue): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value;
}
