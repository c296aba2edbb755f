-- Why an action is not plainly done, by a code of a closed list that the program keeps. There is no check on it, so that a
-- further code needs no new table; the program refuses to read one that it does not know. NULL where an action is plainly
-- done, and while it waits to be tried. The default of `unanswered` stays: a process of the version before may still be
-- inserting.
ALTER TABLE action ADD COLUMN code TEXT;
-- Whether a try may have had its effect and was not answered at all.
ALTER TABLE action ADD COLUMN unanswered BOOLEAN NOT NULL DEFAULT FALSE;

UPDATE action SET unanswered = TRUE
WHERE EXISTS (SELECT 1 FROM attempt t WHERE t.action_id = action.id AND t.lost AND t.errcode IS NULL)
   OR earlier_lost AND NOT EXISTS (SELECT 1 FROM attempt t WHERE t.action_id = action.id AND t.lost);

-- Each text began with these words, or had them in it, in every version so far.
UPDATE action SET code = CASE
    WHEN status = 'expired' AND unanswered THEN 'unknown_end'
    WHEN status = 'expired' AND reason LIKE 'WeCom does not take the welcome code%' THEN 'code_expired'
    WHEN status = 'expired' AND reason LIKE 'the 20 seconds ended before WeCom took it%' THEN 'expired_trying'
    WHEN status = 'expired' AND reason LIKE 'the 20 seconds ended before it could be tried%' THEN 'expired_untried'
    WHEN status = 'expired' AND reason LIKE 'the event arrived after its 20 seconds%' THEN 'expired_untried'
    WHEN status = 'expired' AND attempts > 0 THEN 'expired_trying'
    WHEN status = 'expired' THEN 'expired_untried'
    WHEN status = 'skipped' AND reason LIKE 'no rule with a welcome matches%' THEN 'no_rule'
    WHEN status = 'skipped' AND reason LIKE 'the event carries no welcome code%' THEN 'no_welcome_code'
    WHEN status = 'skipped' AND reason LIKE 'the welcome was sent already%' THEN 'already_sent'
    WHEN status = 'skipped' AND reason LIKE 'the event does not say which employee%' THEN 'nobody_named'
    WHEN status = 'skipped' AND reason LIKE 'nothing is left of the welcome of the rule %' THEN 'files_missing'
    WHEN status = 'skipped' AND reason LIKE 'the welcome of the rule % came out blank%' THEN 'blank_text'
    WHEN status = 'skipped' AND kind = 'remark' THEN 'blank_text'
    WHEN status = 'done' AND reason LIKE 'by another%' THEN 'by_another'
    WHEN status = 'done' AND kind = 'decide' AND reason LIKE 'decided without %' THEN 'lookup_failed'
    WHEN status = 'done' AND kind = 'welcome' AND reason LIKE '%with its fallback: WeCom refused the text%' THEN 'text_refused'
    WHEN status = 'done' AND kind = 'welcome' AND reason LIKE '%which WeCom refused%' THEN 'attachment_refused'
    WHEN status = 'done' AND kind = 'welcome' AND reason LIKE '%whose media ids WeCom refused%' THEN 'attachment_refused'
    WHEN status = 'done' AND kind = 'welcome' AND reason LIKE '%not uploaded to WeCom when it was sent%' THEN 'files_missing'
    WHEN status = 'done' AND kind = 'welcome' AND reason LIKE '%decided without %' THEN 'lookup_failed'
    WHEN status = 'done' AND kind = 'notify' AND reason LIKE 'WeCom did not tell %' THEN 'not_all_reached'
    WHEN status = 'done' AND kind = 'remark' THEN 'blank_text'
    WHEN kind = 'tag' AND reason LIKE '%WeCom would not make the tag %add_corp_tag: 40126 %' THEN 'tag_limit'
    WHEN kind = 'tag' AND reason LIKE '%WeCom would not make the tag %' THEN 'tag_not_made'
    WHEN kind = 'tag' AND reason LIKE 'WeCom does not know the tag id %' THEN 'unknown_tag'
    WHEN kind = 'tag' AND reason LIKE 'the corp has no tag %' THEN 'unknown_tag'
    WHEN status = 'failed' AND reason LIKE 'the customer has not agreed to message archiving%' THEN 'no_consent'
    WHEN status = 'failed' AND reason LIKE 'employee and customer are no contacts%' THEN 'not_external_contact'
    WHEN status = 'failed' AND reason LIKE 'WeCom refused the media of a welcome%' THEN 'attachment_refused'
    WHEN status = 'failed' AND kind = 'welcome' AND reason LIKE 'WeCom refused the content%' THEN 'text_refused'
    WHEN status = 'failed' AND reason LIKE 'WeCom refused the content%' THEN 'content_refused'
    WHEN status = 'failed' AND reason LIKE 'WeCom does not let this app do it%' THEN 'no_permission'
    WHEN status = 'failed' AND reason LIKE 'given up after %' THEN 'busy_too_long'
    WHEN status = 'failed' AND reason LIKE 'WeCom refused it%' THEN 'refused'
    WHEN status = 'failed' AND reason LIKE 'this version cannot perform it%' THEN 'other_version'
    WHEN status = 'failed' AND kind = 'notify' AND reason LIKE 'app messages are sent in the name of an AgentId%' THEN 'no_agent_id'
    WHEN status = 'failed' AND kind = 'forward' AND reason LIKE 'the environment variable %' THEN 'no_signing_key'
    WHEN status = 'failed' AND kind = 'forward' THEN 'receiver_refused'
    ELSE 'other'
END
WHERE status IN ('expired', 'failed', 'skipped') OR status = 'done' AND reason IS NOT NULL;

-- What has to be mended in the console shows itself in WeCom's last answer only.
UPDATE action SET code = COALESCE((
    SELECT CASE
        WHEN t.errcode = 60020 THEN 'untrusted_ip'
        WHEN t.errcode IN (40084, 41057, 43009, 43012, 48001, 48002, 48004, 48005, 48006, 50003, 60031, 90510, 701008) THEN 'no_permission'
        WHEN t.errcode IN (40001, 40013, 40091, 41002, 41004, 45031) THEN 'wrong_secret'
        WHEN t.errcode IN (40014, 42001) THEN 'token_refused'
        WHEN t.errcode IN (40096, 50002, 60011, 60021, 60030, 81013, 84074) THEN 'not_in_scope'
        WHEN t.errcode IN (40056, 301002) THEN 'wrong_agent_id'
        WHEN t.errcode IN (40003, 46004, 60111) THEN 'unknown_employee'
        WHEN t.errcode IN (84061, 84084) THEN 'not_external_contact'
    END
    FROM attempt t WHERE t.action_id = action.id ORDER BY t.number DESC LIMIT 1), code)
WHERE status = 'failed' AND code IN ('no_permission', 'busy_too_long', 'refused');
