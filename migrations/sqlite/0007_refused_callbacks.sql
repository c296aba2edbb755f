-- The last callbacks that were refused, so that a person can be told why nothing arrives: the program keeps twenty of each
-- app, and twenty in all for apps that are not in the settings (class no_such_app; there the name is what was asked for).
-- No body, no query. There is no check on the class, so that a further one needs no new table.
CREATE TABLE refused_callback (
    id     INTEGER PRIMARY KEY,
    app    TEXT NOT NULL,
    class  TEXT NOT NULL,
    at_ms  INTEGER NOT NULL,
    -- The address that it came from, as far as a proxy lets it be known.
    sender TEXT,
    -- Whether it carried something of the form of WeCom's signature.
    signed INTEGER NOT NULL CONSTRAINT refused_callback_signed_is_a_flag CHECK (signed IN (0, 1))
) STRICT;

-- When an app's callback URL was verified last: WeCom does that when the URL is saved in its console.
CREATE TABLE callback_verified (
    app   TEXT PRIMARY KEY NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
