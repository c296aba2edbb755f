//! What the document says of each route.

/// What the document says of a route.
#[derive(Debug)]
pub(super) struct About {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// Its name for generators of clients.
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    /// Parameters of the query and headers, by their names in `components.json`.
    pub(super) parameters: &'static [&'static str],
    /// The media type and the schema of what is sent.
    pub(super) body: Option<(&'static str, &'static str)>,
    pub(super) body_required: bool,
    pub(super) answer: Answer,
}

/// The answer where all is well.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Empty: there is no body. Of several the first is that of the schema, the others are texts.
    pub(super) media: &'static str,
    pub(super) schema: &'static str,
}

const JSON: &str = "application/json";

const fn json(schema: &'static str) -> Answer {
    Answer { status: 200, media: JSON, schema }
}

const fn get(
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    parameters: &'static [&'static str],
    answer: Answer,
) -> About {
    About { method: "GET", path, id, summary, parameters, body: None, body_required: false, answer }
}

const fn post(
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    body: Option<(&'static str, bool)>,
    answer: Answer,
) -> About {
    let (body, body_required) = match body {
        Some((schema, required)) => (Some((JSON, schema)), required),
        None => (None, false),
    };
    About { method: "POST", path, id, summary, parameters: &[], body, body_required, answer }
}

const OF_EVENTS: &[&str] = &[
    "app",
    "event",
    "change",
    "user",
    "customer",
    "state",
    "event_status",
    "code",
    "outcome",
    "rule",
    "since",
    "until",
    "limit",
    "before",
];

const OF_ACTIONS: &[&str] = &[
    "app",
    "event",
    "change",
    "user",
    "customer",
    "state",
    "kind",
    "action_status",
    "code",
    "since",
    "until",
    "limit",
    "before",
];

const OF_FAILURES: &[&str] = &[
    "app",
    "event",
    "change",
    "user",
    "customer",
    "state",
    "kind",
    "action_status",
    "code",
    "since",
    "until",
];

/// Every route, in the order of the documentation.
pub(super) const ABOUT: &[About] = &[
    get("/events", "listEvents", "Events, newest first", OF_EVENTS, json("EventList")),
    get(
        "/events/live",
        "followEvents",
        "Each new and each changed event as it is committed, as server-sent events",
        &["last_event_id"],
        Answer { status: 200, media: "text/event-stream", schema: "" },
    ),
    get("/events/{id}", "showEvent", "An event with everything that came of it", &[], json("EventRecord")),
    post(
        "/events/{id}/replay",
        "replayEvent",
        "Has an event planned and performed again, or says what would happen",
        Some(("Replay", false)),
        json("Replayed"),
    ),
    get(
        "/actions",
        "listActions",
        "Actions with their attempts, newest first",
        OF_ACTIONS,
        json("ActionList"),
    ),
    get("/actions/{id}", "showAction", "An action with its attempts", &[], json("Action")),
    post("/actions/{id}/retry", "retryAction", "Has a failed action tried again", None, json("Retried")),
    get(
        "/failures",
        "listFailures",
        "What went wrong, by its cause, with what to do about it",
        OF_FAILURES,
        json("FailureList"),
    ),
    About {
        method: "POST",
        path: "/bulk",
        id: "prepareBulk",
        summary: "Prepares retries or replays of all that a filter finds; nothing is done yet",
        parameters: &[],
        body: Some((JSON, "NewBulk")),
        body_required: true,
        answer: Answer { status: 201, media: JSON, schema: "Bulk" },
    },
    get("/bulk/{id}", "showBulk", "How retries or replays of many stand", &[], json("Bulk")),
    About {
        method: "DELETE",
        path: "/bulk/{id}",
        id: "cancelBulk",
        summary: "Cuts them short; what has begun comes to its end",
        parameters: &[],
        body: None,
        body_required: false,
        answer: json("Bulk"),
    },
    post("/bulk/{id}/start", "startBulk", "Starts them; twice is once", None, json("Bulk")),
    get(
        "/bulk/{id}/failures",
        "listBulkFailures",
        "Those of them that came to nothing, newest first",
        &["limit", "before"],
        json("BulkFailureList"),
    ),
    get(
        "/rules",
        "showRules",
        "The rules in force, with how often each was used and what is wrong with it",
        &["since"],
        json("Rules"),
    ),
    About {
        method: "PUT",
        path: "/rules",
        id: "publishRules",
        summary: "Checks rules and puts them in force",
        parameters: &["if_match", "check", "note"],
        body: Some(("application/yaml", "")),
        body_required: true,
        answer: json("Published"),
    },
    get(
        "/files",
        "listFiles",
        "Files that were brought for rules to come, newest first",
        &[],
        json("FileList"),
    ),
    About {
        method: "POST",
        path: "/files",
        id: "bringFile",
        summary: "Brings a file that rules can name from then on; it is forgotten after 14 days unless rules that are put in force name it",
        parameters: &[],
        body: Some(("multipart/form-data", "NewFile")),
        body_required: true,
        answer: Answer { status: 201, media: JSON, schema: "BroughtFile" },
    },
    get(
        "/rules/versions",
        "listRulesVersions",
        "Versions of the rules, newest first",
        &["limit"],
        json("VersionList"),
    ),
    get("/rules/versions/{version}", "showRulesVersion", "A version of the rules", &[], json("RulesVersion")),
    get(
        "/rules/schema",
        "rulesSchema",
        "The JSON Schema by which editors complete and check rules",
        &["schema_of"],
        Answer { status: 200, media: "application/schema+json", schema: "Open" },
    ),
    post(
        "/rules/rollback",
        "rollBackRules",
        "Puts an earlier version in force again, as a new one",
        Some(("Rollback", true)),
        json("RolledBack"),
    ),
    post(
        "/rules/explain",
        "explainEvent",
        "Which rule an event is taken by, why the others are not, and what would be sent",
        Some(("Explain", true)),
        json("Open"),
    ),
    post(
        "/rules/backtest",
        "backtestRules",
        "What other rules would have made of the events of the record",
        Some(("Backtest", true)),
        json("Backtested"),
    ),
    post(
        "/rules/diff",
        "diffRules",
        "What differs between two sets of rules",
        Some(("Diff", true)),
        json("Difference"),
    ),
    get(
        "/customers/{external_user_id}",
        "showCustomer",
        "Everything of one customer, newest first",
        &["limit", "before"],
        json("Timeline"),
    ),
    About {
        method: "DELETE",
        path: "/customers/{external_user_id}",
        id: "forgetCustomer",
        summary: "Takes everything of one customer out, everywhere; the audit keeps a hash of the id",
        parameters: &[],
        body: None,
        body_required: false,
        answer: json("Forgotten"),
    },
    About {
        method: "POST",
        path: "/contact/{method}",
        id: "callContact",
        summary: "Calls a method of WeCom's customer-contact API; one that writes needs the role admin",
        parameters: &["of_app"],
        body: Some((JSON, "Open")),
        body_required: false,
        answer: json("Open"),
    },
    get(
        "/stats",
        "showStats",
        "What was done, counted: as JSON, or as a table that Excel opens",
        &["by", "since", "until", "app", "format"],
        Answer { status: 200, media: "application/json text/csv", schema: "Stats" },
    ),
    get("/apps", "listApps", "The WeCom apps that are served", &[], json("AppList")),
    get(
        "/doctor",
        "examine",
        "What keeps the set-up from working, and what to change; one at a time, within 15 seconds",
        &["app"],
        json("CheckList"),
    ),
    get(
        "/refused",
        "listRefused",
        "The last callbacks that were refused, newest first",
        &["app", "limit", "before"],
        json("RefusedList"),
    ),
    get("/audit", "listAudit", "Who changed what, newest first", &["limit", "before"], json("AuditList")),
    get(
        "/sessions",
        "listSessions",
        "The sessions of people at the pages, the last used first: an admin sees all of them, others their own",
        &[],
        json("SessionList"),
    ),
    About {
        method: "DELETE",
        path: "/sessions/{id}",
        id: "endSession",
        summary: "Ends a session: an admin anybody's, others their own",
        parameters: &[],
        body: None,
        body_required: false,
        answer: Answer { status: 204, media: "", schema: "" },
    },
    get("/tokens", "listTokens", "The tokens that are not revoked", &[], json("TokenList")),
    post(
        "/tokens",
        "createToken",
        "Makes a token; it is shown in this answer and nowhere again",
        Some(("NewToken", true)),
        Answer { status: 201, media: JSON, schema: "MadeToken" },
    ),
    About {
        method: "DELETE",
        path: "/tokens/{name}",
        id: "revokeToken",
        summary: "Ends a token, and the sessions that were begun with it",
        parameters: &[],
        body: None,
        body_required: false,
        answer: Answer { status: 204, media: "", schema: "" },
    },
];
