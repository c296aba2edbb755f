//! The words that clap writes around the texts of a help.

/// What clap says of its own, and what stands in its place.
const OF_CLAP: [(&str, &str); 5] = [
    ("Print this message or the help of the given subcommand(s)", "显示帮助，或某个子命令的帮助"),
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
    ("[COMMAND]", "[命令]"),
    ("<METHOD>", "<方法>"),
];

/// The headings of a help; each stands on a line of its own, with a colon.
const HEADINGS: [(&str, &str); 5] = [
    ("Commands:", "命令："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Methods:", "方法："),
    ("How:", "调用方式："),
];

/// A rendered help with clap's own words in Chinese.
pub(in crate::cli) fn in_chinese(help: &str) -> String {
    let lines: Vec<String> = help.lines().map(line).collect();
    let mut text = lines.join("\n");
    if help.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn line(line: &str) -> String {
    if let Some((_, heading)) = HEADINGS.iter().find(|(english, _)| *english == line) {
        return (*heading).to_owned();
    }
    // A heading of ours, behind which clap sets a colon of its own.
    if let Some(heading) = line.strip_suffix(':')
        && !heading.starts_with(' ')
        && !heading.is_ascii()
    {
        return format!("{heading}：");
    }
    let line = match line.strip_prefix("Usage: ") {
        Some(usage) => format!("用法：{usage}"),
        None => line.to_owned(),
    };
    // Usage lines and the list of commands; examples begin with a command and have none of these words.
    OF_CLAP.iter().fold(line, |line, (english, chinese)| line.replace(english, chinese))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_the_texts_are_chinese() {
        let help = "看看效果\n\nUsage: wecom-greeter [OPTIONS] <COMMAND>\n\nCommands:\n  help   Print this message or the help of the given subcommand(s)\n\n筛选:\n      --app <NAME>  应用\n";
        assert_eq!(
            in_chinese(help),
            "看看效果\n\n用法：wecom-greeter [选项] <命令>\n\n命令：\n  help   显示帮助，或某个子命令的帮助\n\n筛选：\n      --app <NAME>  应用\n"
        );
    }
}
