//! The words of a rule's form in English.

use super::FormWords;

pub(super) static WORDS: FormWords = FormWords {
    name: "Name of the rule",
    name_hint: "No other rule has it; at most 64 characters",
    attachments: "Attachments",
    attachments_lead: "Sent in this order; at most 9",
    attachment_add: "Add attachment",
    attachment_kind: "Kind of attachment",
    notices: "Notices to employees",
    notices_lead: "Messages of the app; the same placeholders",
    notice: "Notice",
    notice_add: "Add notice",
    notice_to: "To whom",
    take_away: "Remove",
    others: "Not in this form",
    others_lead: "The form cannot change what is written below, and leaves it as it stands. It is changed in",
    only_in_file: "The form cannot change the way this is written; change it in the whole file.",
    choose: "Choose file",
    upload: "Upload",
    bytes: "bytes",
    pick: "Pick from WeCom",
    pick_search: "Search tags",
    pick_none: "No such tag",
    pick_away: "WeCom's tags cannot be read now; type them.",
};

pub(super) fn field(name: &str) -> (&'static str, &'static str) {
    match name {
        "enabled" => ("Enabled", ""),
        "priority" => ("Priority", "Higher is asked first; 0 where none is given"),
        "apps" => ("Apps", "One a line, by their names in the settings; all if empty"),
        "state" => ("Channel", "One a line, with * and ? as in spring-*; \"\" is no channel"),
        "user" => ("Employees' userids", "One a line, with * and ?"),
        "department" => ("Departments", "One id a line; those below it as well"),
        "add_way" => ("Way of adding", ""),
        "customer_type" => ("Customer's type", ""),
        "customer_gender" => ("Customer's gender", ""),
        "customer_name" => ("Customer's nickname", "One pattern a line"),
        "customer_corp" => ("Customer's company", "One pattern a line"),
        "tagged" => ("Has a tag", "One a line: Group/Tag, or a tag's id"),
        "returning" => ("Added this employee before", ""),
        "welcome_code" => ("Can be welcomed", ""),
        "days" => ("Days of the week", ""),
        "hours" => ("Hours", "One a line, as 09:00-18:00; 22:00-06:00 belongs to the day it begins on"),
        "dates" => ("Dates", "One a line, as 2026-03-01..2026-04-30; 12-24 is every year"),
        "calendar" => ("In one of these calendars", "One a line, by their names under calendars"),
        "not_calendar" => ("In none of these calendars", "One a line"),
        "time_zone" => ("Time zone", "Asia/Shanghai if empty"),
        "share" => ("Share of the customers", "0-50 is one half"),
        "experiment" => ("Experiment", "Rules of one experiment divide the same customers"),
        "on_lookup_failure" => ("When a look-up fails", ""),
        "welcome" => ("Welcome", "Empty: this rule sends no text"),
        "fallback" => {
            ("Fallback", "Sent when what the text asks for is not known, or WeCom refuses the text")
        }
        "add" => ("Tags to add", "One a line: Group/Tag, or a tag's id"),
        "remove" => ("Tags to remove", "One a line"),
        "create" => ("Create tags that are missing", ""),
        "remark" => ("Remark name", "At most 20 characters; the same placeholders"),
        "remark_description" => ("Remark description", "At most 150 characters"),
        "remark_company" => ("Remark company", "At most 20 characters"),
        "remark_phones" => ("Remark phones", "One a line"),
        "stop" => ("Ask no lower rules once it matches", ""),
        _ => ("", ""),
    }
}

pub(super) fn entry_field(name: &str) -> (&'static str, &'static str) {
    match name {
        "file" => ("File", "Its path after an upload, or beside the rules file"),
        "media_id" => ("media_id", "Of an upload of your own; works for three days"),
        "pic_url" => ("Picture's address", "As WeCom's uploadimg gave it"),
        "title" => ("Title", ""),
        "url" => ("Address", "Begins with https://"),
        "description" => ("Description", ""),
        "picture_url" => ("Cover's address", ""),
        "app_id" => ("Mini-program's AppID", "Begins with wx"),
        "page" => ("Mini-program's page", "/pages/index, say"),
        "who" => (
            "Receivers",
            "Employees: one userid a line; department and tag: the id; nothing for this employee",
        ),
        "on" => ("When", ""),
        "text" => ("Text", ""),
        _ => ("", ""),
    }
}

pub(super) fn group(name: &str) -> (&'static str, &'static str) {
    match name {
        "basics" => ("Basics", ""),
        "who" => ("Conditions", "All must hold; empty: any"),
        "time" => ("Time", "All must hold; empty: always"),
        "more-who" => ("More conditions", ""),
        "tags" => ("Tags", ""),
        "remark" => ("Remark", ""),
        "fallback" => ("Fallback of the welcome", ""),
        _ => ("", ""),
    }
}

pub(super) fn choice(field: &str, word: &str) -> &'static str {
    match (field, word) {
        ("attachment", "image") => "Picture",
        ("attachment", "link") => "Link",
        ("attachment", "miniprogram") => "Mini-program",
        ("attachment", "video") => "Video",
        ("attachment", "file") => "File",
        ("attachment", _) => "Written otherwise",
        ("to", "employee") => "this employee",
        ("to", "users") => "employees by userid",
        ("to", "department") => "a department",
        ("to", _) => "a tag of the directory",
        ("on", "") => "when it happens",
        ("on", "missed_welcome") => "when the welcome was missed",
        ("on", _) => "when something failed",
        ("customer_type", "wechat") => "WeChat",
        ("customer_type", "wecom") => "WeCom",
        ("customer_gender", "male") => "male",
        ("customer_gender", "female") => "female",
        ("customer_gender", "unknown") => "unknown",
        ("returning" | "welcome_code", "true") => "yes",
        ("returning" | "welcome_code", "false") => "no",
        ("on_lookup_failure", "skip") => "skip the rule",
        ("on_lookup_failure", "match") => "take it for a match",
        ("on_lookup_failure", "") => "not given (skip)",
        _ => "any",
    }
}
