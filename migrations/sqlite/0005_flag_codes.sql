-- What is wrong with a rule has a code beside its words: what the server mends itself it takes back by the code. There is
-- no check on it, so that a further code needs no new table; the program refuses to read one that it does not know.
ALTER TABLE rule_flag ADD COLUMN code TEXT NOT NULL DEFAULT 'content_refused';

-- Each text began with these words, or had them in it, in every version so far.
UPDATE rule_flag SET code = CASE
    WHEN kind = 'welcome' AND reason LIKE 'WeCom refused a media id%' THEN 'media_refused'
    WHEN kind = 'welcome' AND reason LIKE 'WeCom refused the attachments%' THEN 'attachment_refused'
    WHEN kind = 'welcome' AND reason LIKE 'WeCom refused the text%' THEN 'text_refused'
    WHEN kind = 'tag' AND reason LIKE '%WeCom would not make the tag %add_corp_tag: 40126 %' THEN 'tag_limit'
    WHEN kind = 'tag' AND reason LIKE '%WeCom would not make the tag %' THEN 'tag_not_made'
    WHEN kind = 'tag' AND reason LIKE 'WeCom does not know the tag id %' THEN 'unknown_tag'
    WHEN kind = 'tag' AND reason LIKE 'the corp has no tag %' THEN 'unknown_tag'
    ELSE 'content_refused'
END;
