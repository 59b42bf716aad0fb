/** Raised when the tables change: a file of another format is made anew. */
export const FORMAT = 1;

/** What a row takes besides its body, its key and its tags: columns, indexes. */
export const ROW_OVERHEAD_BYTES = 200;

/** `total` is kept by triggers, so that it is right whoever writes; reading it is a point lookup. */
export const SCHEMA = `
CREATE TABLE entries (
  entry INTEGER PRIMARY KEY,
  cache TEXT NOT NULL, tenant TEXT NOT NULL, id TEXT NOT NULL,
  stored REAL NOT NULL, fresh REAL NOT NULL, keep REAL NOT NULL,
  reads INTEGER NOT NULL, used REAL NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE UNIQUE INDEX entries_by_key ON entries (cache, tenant, id);
CREATE INDEX entries_by_keep ON entries (keep);
CREATE INDEX entries_by_use ON entries (used);
CREATE TABLE tags (
  cache TEXT NOT NULL, tenant TEXT NOT NULL, tag TEXT NOT NULL, entry INTEGER NOT NULL,
  PRIMARY KEY (cache, tenant, tag, entry)
) WITHOUT ROWID;
CREATE INDEX tags_by_entry ON tags (entry);
CREATE TABLE total (one INTEGER PRIMARY KEY CHECK (one = 1), entries INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO total VALUES (1, 0, 0);
CREATE TRIGGER entry_comes AFTER INSERT ON entries BEGIN
  UPDATE total SET entries = entries + 1, bytes = bytes + new.bytes;
END;
CREATE TRIGGER entry_goes AFTER DELETE ON entries BEGIN
  UPDATE total SET entries = entries - 1, bytes = bytes - old.bytes;
  DELETE FROM tags WHERE entry = old.entry;
END;
CREATE TABLE news (number INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, item TEXT NOT NULL);
CREATE TABLE tracked (cache TEXT PRIMARY KEY) WITHOUT ROWID;
PRAGMA user_version = ${FORMAT};
`;
