//! The names of settings: finding one, and guessing which one was meant.

use super::{
    APP_SETTINGS, SETTINGS, Setting,
    words::{Near, NearAt, What},
};

/// Up to how many slips of the finger away from a known variable an unknown one is taken for a misspelling of it.
/// Further away it is somebody else's: Kubernetes, for one, makes `GREETER_PORT` of a Service named greeter.
const VARIABLE_SLIPS_MAX: usize = 2;

/// The setting of that path, and whether the path is that of its file.
pub(super) fn find(settings: &'static [Setting], path: &str) -> Option<(&'static Setting, bool)> {
    settings.iter().find_map(|setting| {
        if setting.path == path {
            return Some((setting, false));
        }
        let of_file = path.strip_suffix("_file")?;
        (setting.secret && setting.path == of_file).then_some((setting, true))
    })
}

/// `http` of `http.listen`.
pub(super) fn section_of(path: &str) -> &str {
    path.split_once('.').map_or(path, |(section, _)| section)
}

/// A setting of that key in any section or above all of them, or the one that the environment knows by this name.
pub(super) fn same_key(key: &str) -> Option<Near> {
    let in_section = SETTINGS.iter().find_map(|setting| {
        let same =
            setting.path.split_once('.').is_some_and(|(_, k)| k == key) || setting.variable == Some(key);
        same.then(|| Near::setting(setting.path))
    });
    let of_program = || {
        let top = SETTINGS.iter().find(|setting| setting.path == key)?;
        Some(Near { name: top.path.to_owned(), at: NearAt::Top })
    };
    in_section.or_else(of_program).or_else(|| {
        let of_app = APP_SETTINGS.iter().find(|setting| setting.path == key || setting.variable == Some(key));
        of_app.map(|setting| Near { name: setting.path.to_owned(), at: NearAt::App })
    })
}

/// The known name that this one is most probably a slip of.
pub(super) fn nearest(name: &str, known: &[&str]) -> Option<Near> {
    // A third of the letters wrong is still a slip; more is another word.
    let slips_max = (name.chars().count() / 3).max(1);
    known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(known, name), *known))
        .filter(|(slips, _)| *slips <= slips_max)
        .min()
        .map(|(_, near)| Near::setting(near))
}

/// What is said of a name that no setting has.
pub(super) fn unknown(near: Option<Near>, known: &[&str]) -> What {
    What::NoSuch { near, known: known.iter().map(|&name| name.to_owned()).collect() }
}

/// The variable of ours that this one is most probably a slip of.
pub(super) fn misspelt(variable: &str, known: &[String]) -> Option<Near> {
    known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(known, variable), known))
        .filter(|(slips, _)| *slips <= VARIABLE_SLIPS_MAX)
        .min()
        .map(|(_, near)| Near::setting(near))
}
