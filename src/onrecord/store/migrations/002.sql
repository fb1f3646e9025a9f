-- The ledger, version 2: what the desk keeps.

CREATE TABLE job (              -- articles to be read, asked for at the desk; what was read stays when a job is over
  id TEXT PRIMARY KEY,          -- random
  asked TEXT NOT NULL,          -- UTC
  by TEXT NOT NULL,
  title TEXT NOT NULL,          -- what is shown: an address, a file's name, the beginning of a text
  work TEXT NOT NULL,           -- JSON: where the input lies, and how it is to be understood
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  cancel INTEGER NOT NULL DEFAULT 0 CHECK (cancel IN (0, 1)),  -- 1: somebody asked to stop
  began TEXT, ended TEXT,       -- UTC
  beat REAL,                    -- seconds since 1970 when whoever works at it last said so
  done INTEGER NOT NULL DEFAULT 0,     -- inputs dealt with
  told TEXT NOT NULL DEFAULT '{}'      -- JSON: counts of outcomes, articles made, problems
) STRICT;
CREATE INDEX job_state ON job (state);

CREATE TABLE token (            -- who may use a desk that others can reach
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,           -- whom it was given to; their corrections bear it
  role TEXT NOT NULL CHECK (role IN ('reader', 'reviewer', 'admin')),
  digest BLOB NOT NULL UNIQUE,  -- SHA-256 of the token, which has 256 random bits; the token itself is kept nowhere
  made TEXT NOT NULL,           -- UTC
  expires TEXT,                 -- UTC; null: does not
  revoked TEXT                  -- UTC
) STRICT;
