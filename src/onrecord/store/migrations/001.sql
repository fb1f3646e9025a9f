-- The ledger, version 1. Offsets are half-open and count Unicode code points of article.text.
-- What the model read is in the first part and is never changed by hand; what people said of it is in the second, and is
-- only ever appended to; the third is derived from both, and can be made anew ("onrecord check --repair").

-- Part 1: what was read ------------------------------------------------------------------------------------------------

CREATE TABLE model (            -- which weights
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, sha256 TEXT NOT NULL, UNIQUE (name, version, sha256)
) STRICT;

CREATE TABLE run (              -- one use of the ledger that wrote to it
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,        -- add, reread, watch, ...
  began TEXT NOT NULL,          -- UTC
  ended TEXT,                   -- null: still going, or interrupted
  version TEXT NOT NULL,        -- of On Record
  model INTEGER REFERENCES model (id)  -- null: none was used
) STRICT;

CREATE TABLE outlet (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE article (          -- one version of an article
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,            -- the record's article.id
  identity TEXT NOT NULL,       -- what makes two versions the same article: "url:...", else "id:..."
  digest BLOB NOT NULL,         -- of all that was published: key, text and facts
  reading BLOB NOT NULL,        -- of the whole record, so that the same record is known again
  current INTEGER NOT NULL CHECK (current IN (0, 1)),  -- whether it is the latest version
  url TEXT, outlet INTEGER REFERENCES outlet (id), title TEXT, byline TEXT, published TEXT,
  dateline_start INTEGER, dateline_end INTEGER, language TEXT NOT NULL, text TEXT NOT NULL,
  notes TEXT NOT NULL,          -- JSON list
  schema_version TEXT NOT NULL,
  model INTEGER NOT NULL REFERENCES model (id),
  added INTEGER NOT NULL REFERENCES run (id),   -- the run that first brought it
  read INTEGER NOT NULL REFERENCES run (id),    -- the run that wrote what it says
  seen TEXT,                    -- when its source obtained it, where that is told
  signature BLOB,               -- MinHash of the text; null: too short
  UNIQUE (identity, digest)
) STRICT;
CREATE INDEX article_key ON article (key);
CREATE INDEX article_outlet ON article (outlet);

CREATE TABLE profile (          -- what articles say of someone, alike in all of them
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  block TEXT,                   -- profiles of one block may be one person; null: can be compared with no other
  name TEXT NOT NULL, type TEXT NOT NULL, qid TEXT, office TEXT, organisation TEXT, country TEXT, scope TEXT,
  person INTEGER REFERENCES person (id)
) STRICT;
CREATE INDEX profile_block ON profile (block) WHERE block IS NOT NULL;
CREATE INDEX profile_person ON profile (person);
CREATE INDEX profile_qid ON profile (qid) WHERE qid IS NOT NULL;
CREATE INDEX profile_office ON profile (office) WHERE office IS NOT NULL;
CREATE INDEX profile_country ON profile (country) WHERE country IS NOT NULL;

CREATE TABLE entity (           -- whom and what one article speaks of
  article INTEGER NOT NULL REFERENCES article (id), ordinal INTEGER NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL,
  type TEXT NOT NULL, qid TEXT, office TEXT, organisation TEXT, country TEXT, profile INTEGER REFERENCES profile (id),
  PRIMARY KEY (article, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_profile ON entity (profile) WHERE profile IS NOT NULL;

CREATE TABLE mention (
  article INTEGER NOT NULL, entity INTEGER NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (article, entity, ordinal), FOREIGN KEY (article, entity) REFERENCES entity (article, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE time_expression (
  article INTEGER NOT NULL REFERENCES article (id), ordinal INTEGER NOT NULL, name TEXT NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, mod TEXT,
  settled INTEGER NOT NULL,     -- 1: there is an interval, whose sides may be open
  first TEXT, after TEXT,       -- ISO days: from the first up to and without the one after
  anchor TEXT,
  PRIMARY KEY (article, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,     -- stays the same when the article is read anew
  article INTEGER NOT NULL REFERENCES article (id), ordinal INTEGER NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL, act TEXT NOT NULL,
  speaker INTEGER,              -- an entity of the article; null: not named
  speaker_as TEXT,              -- JSON [name, qid, office, organisation, country] where it is not what the entity says
  evidence_start INTEGER, evidence_end INTEGER,
  said_first TEXT, said_after TEXT, said_value TEXT, said_when INTEGER,
  parent INTEGER, confidence REAL NOT NULL,
  retained INTEGER NOT NULL DEFAULT 0,  -- 1: the newest reading no longer has it; kept, since someone corrected it
  UNIQUE (article, ordinal),
  FOREIGN KEY (article, speaker) REFERENCES entity (article, ordinal),
  FOREIGN KEY (article, said_when) REFERENCES time_expression (article, ordinal),
  FOREIGN KEY (article, parent) REFERENCES statement (article, ordinal) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE span (             -- parts of source, cue and content
  statement INTEGER NOT NULL REFERENCES statement (id), role TEXT NOT NULL, part INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  PRIMARY KEY (statement, role, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE party (            -- addressee and venue
  statement INTEGER NOT NULL REFERENCES statement (id), role TEXT NOT NULL, part INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  entity INTEGER,               -- of the statement's article; as a foreign key it would cost a look through all parties per entity
                                -- taken away, or an index
  PRIMARY KEY (statement, role, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE figure (
  article INTEGER NOT NULL REFERENCES article (id), ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  low REAL, high REAL, approximate INTEGER NOT NULL, unit TEXT, counted_start INTEGER, counted_end INTEGER,
  as_of_first TEXT, as_of_after TEXT, as_of_value TEXT, as_of_when INTEGER, statement INTEGER,
  PRIMARY KEY (article, ordinal),
  FOREIGN KEY (article, as_of_when) REFERENCES time_expression (article, ordinal),
  FOREIGN KEY (article, statement) REFERENCES statement (article, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE input (            -- what was fed, so that a rerun goes on where it stopped
  digest BLOB PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL, run INTEGER NOT NULL REFERENCES run (id),
  article INTEGER REFERENCES article (id),   -- null: it failed
  reason TEXT,                  -- why it failed
  tries INTEGER NOT NULL DEFAULT 1,
  item BLOB                     -- a failed input itself (JSON, zlib), so that it can be tried again
) STRICT, WITHOUT ROWID;
CREATE INDEX input_failed ON input (run) WHERE reason IS NOT NULL;
CREATE INDEX input_article ON input (article);

CREATE TABLE feed (             -- what watching needs to know between two rounds
  url TEXT PRIMARY KEY, etag TEXT, modified TEXT, last_polled REAL, next_due REAL, failures INTEGER NOT NULL, moved_to TEXT
) STRICT;
CREATE TABLE feed_entry (key BLOB PRIMARY KEY, feed TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Part 2: what people said of it -----------------------------------------------------------------------------------------

CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  statement INTEGER NOT NULL REFERENCES statement (id),
  at TEXT NOT NULL, by TEXT NOT NULL,
  field TEXT NOT NULL,          -- status, source, cue, content, speaker, said_on, kind, act, addressee, venue; undo
  value TEXT NOT NULL,          -- JSON: what it is from now on; of an undo, the id of the correction undone
  why TEXT
) STRICT;
CREATE INDEX correction_statement ON correction (statement);
CREATE TRIGGER correction_not_changed BEFORE UPDATE ON correction
  BEGIN SELECT RAISE(ABORT, 'corrections are appended, never changed'); END;
CREATE TRIGGER correction_not_deleted BEFORE DELETE ON correction
  BEGIN SELECT RAISE(ABORT, 'corrections are appended, never deleted'); END;

CREATE TABLE judgement (        -- two profiles are one person, or are not
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('join', 'split', 'undo')),
  a TEXT, b TEXT,               -- profile keys
  undoes INTEGER REFERENCES judgement (id),
  why TEXT
) STRICT;
CREATE TRIGGER judgement_not_changed BEFORE UPDATE ON judgement
  BEGIN SELECT RAISE(ABORT, 'judgements are appended, never changed'); END;
CREATE TRIGGER judgement_not_deleted BEFORE DELETE ON judgement
  BEGIN SELECT RAISE(ABORT, 'judgements are appended, never deleted'); END;

-- Part 3: derived --------------------------------------------------------------------------------------------------------

CREATE TABLE person (           -- a person or organisation across articles
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL, qid TEXT
) STRICT;

CREATE TABLE band (             -- LSH bands of the signatures
  band INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES article (id), PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX band_article ON band (article);

CREATE TABLE copy (             -- near-duplicate articles, each pair in both directions
  article INTEGER NOT NULL REFERENCES article (id), other INTEGER NOT NULL REFERENCES article (id), similarity REAL NOT NULL,
  PRIMARY KEY (article, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_other ON copy (other);

CREATE TABLE standing (         -- a statement of a current article as it stands, corrections applied: what filters ask
  statement INTEGER PRIMARY KEY REFERENCES statement (id),
  article INTEGER NOT NULL REFERENCES article (id), outlet INTEGER REFERENCES outlet (id),
  kind TEXT NOT NULL, act TEXT NOT NULL,
  profile INTEGER REFERENCES profile (id),   -- of the speaker
  day TEXT,                     -- the first day on which it was said, where that is settled to 92 days; else,
                                -- dated = 0, the day of publication
  last TEXT,                    -- the last day, likewise
  dated INTEGER NOT NULL,
  published TEXT,               -- the day of publication
  confidence REAL NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'rejected')),
  corrected INTEGER NOT NULL,
  utterance INTEGER             -- the same number as that of the same words in a copy of the article
) STRICT;
CREATE INDEX standing_article ON standing (article);
CREATE INDEX standing_profile ON standing (profile) WHERE profile IS NOT NULL;
CREATE INDEX standing_outlet ON standing (outlet);
CREATE INDEX standing_day ON standing (day);
-- These two hold all that filters by act, kind and day ask, so that no row is looked up but those that pass.
CREATE INDEX standing_act ON standing (act, day, last, kind, confidence, status);
CREATE INDEX standing_kind ON standing (kind, day, last, act, confidence, status);
CREATE INDEX standing_confidence ON standing (confidence);
CREATE INDEX standing_utterance ON standing (utterance) WHERE utterance IS NOT NULL;
CREATE INDEX standing_touched ON standing (status) WHERE corrected = 1 OR status <> 'open';

CREATE TABLE addressed (        -- to whom, as it stands
  statement INTEGER NOT NULL REFERENCES standing (statement), part INTEGER NOT NULL, name TEXT NOT NULL,
  profile INTEGER REFERENCES profile (id),
  PRIMARY KEY (statement, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX addressed_profile ON addressed (profile) WHERE profile IS NOT NULL;

CREATE TABLE wording (          -- the words that search looks into
  statement INTEGER PRIMARY KEY REFERENCES standing (statement), content TEXT NOT NULL, who TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE words USING fts5 (
  content, who, content = 'wording', content_rowid = 'statement', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER wording_added AFTER INSERT ON wording BEGIN
  INSERT INTO words (rowid, content, who) VALUES (new.statement, new.content, new.who);
END;
CREATE TRIGGER wording_deleted AFTER DELETE ON wording BEGIN
  INSERT INTO words (words, rowid, content, who) VALUES ('delete', old.statement, old.content, old.who);
END;

CREATE TABLE embedding (        -- 384 dimensions, int8: the unit vector times 127
  statement INTEGER PRIMARY KEY REFERENCES standing (statement), vector BLOB NOT NULL
) STRICT;
CREATE TABLE code_block (       -- 4,096 codes of 48 bytes; that of statement r is in block r / 4096 at place r % 4096
  block INTEGER PRIMARY KEY, codes BLOB NOT NULL
) STRICT;
CREATE TABLE code_change (      -- a random number that is another after each change of the block
  block INTEGER PRIMARY KEY, stamp INTEGER NOT NULL
) STRICT;

CREATE VIRTUAL TABLE names USING fts5 (
  name, content = 'profile', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER profile_added AFTER INSERT ON profile BEGIN
  INSERT INTO names (rowid, name) VALUES (new.id, new.name);
END;
CREATE TRIGGER profile_deleted AFTER DELETE ON profile BEGIN
  INSERT INTO names (names, rowid, name) VALUES ('delete', old.id, old.name);
END;
