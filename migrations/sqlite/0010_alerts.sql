-- What has been reported of trouble, as one JSON text: every process watches, and the one that holds the row reports. The
-- holder counts as long as its process is alive; it is no foreign key, because the row outlives its holders.
CREATE TABLE alert (
    id     INTEGER PRIMARY KEY,
    holder INTEGER,
    -- One higher with each new holder.
    epoch  INTEGER NOT NULL,
    state  TEXT    NOT NULL,
    CONSTRAINT alert_is_one_row CHECK (id = 1)
) STRICT;

INSERT INTO alert (id, holder, epoch, state) VALUES (1, NULL, 0, '[]');

-- Which process cannot call WeCom for which app: the address or the way to WeCom of one machine may be at fault, and the
-- holder above may be another.
CREATE TABLE app_shut_out (
    process INTEGER NOT NULL REFERENCES process (id) ON DELETE CASCADE,
    app     TEXT    NOT NULL,
    PRIMARY KEY (process, app)
) STRICT;
