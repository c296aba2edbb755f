//! Where settings come from: layers of values, each with its position.
//!
//! A later layer replaces an earlier one value by value. Names that no setting has are faults here; whether a value
//! is right is for [`check`](super::check).

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    APP_SETTINGS, ConfigError, DEFAULT_APP, DEFAULT_TOML, Fault, Faults, Options, Position, SETTINGS,
    Setting,
    names::{find, misspelt, nearest, same_key, section_of, unknown},
    words::{Expected, Near, ValueKind, What},
};
use crate::language::Language;

/// The largest settings file that is read. Thousands of apps fit in.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// How many faults of a file's syntax are reported: one missing quote can upset all that follows it.
const SYNTAX_FAULTS_MAX: usize = 5;

/// The variable that names the settings file.
const FILE_VARIABLE: &str = "GREETER_CONFIG";

/// The file that is read where none is named.
const FILE_NAME: &str = "greeter.toml";

/// The environment, as a value: a test has one of its own.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "these are the settings: the one place that reads the environment"
        )]
        let variables = std::env::vars_os();
        Self(variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect())
    }

    /// Of these variables only.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(name, _)| names.contains(&name.as_str()))
                .map(|(n, v)| (n.clone(), v.clone()))
                .collect(),
        )
    }

    /// Whether this variable is set, and not empty.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The secret that this variable holds; `None` where it is not set, empty or not UTF-8.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.get(name)?.to_str().map(SecretString::from)
    }

    /// The text of this variable; `None` where it is not set, empty or not UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.to_str()
    }

    fn get(&self, name: &str) -> Option<&OsString> {
        // An empty variable is how compose files and shells say "none".
        self.0.get(name).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Environment {
    /// Without the values: any of them may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Environment").field(&self.0.len()).finish()
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// A value and where it stands.
pub(super) struct Given {
    pub(super) value: Raw,
    pub(super) position: Position,
}

/// A value as it was written.
pub(super) enum Raw {
    Text(String),
    Integer(i64),
    Flag(bool),
    /// Several texts.
    Texts(Vec<String>),
    /// Texts by their names: a section inside of a section.
    Pairs(Vec<(String, String)>),
    /// The path of the file that holds it.
    InFile(PathBuf),
    /// A value that no setting takes, an array for one; the name of its type.
    Other(ValueKind),
}

/// The values of one section or one app, by their setting's path.
pub(super) type Map = BTreeMap<&'static str, Given>;

/// All values, the last layer's where several give one.
#[derive(Default)]
pub(super) struct Values {
    pub(super) settings: Map,
    pub(super) apps: Vec<AppValues>,
}

/// One app's values, and where the app begins.
pub(super) struct AppValues {
    pub(super) position: Position,
    pub(super) values: Map,
}

fn defaults() -> Layers {
    let mut layers = Layers::default();
    // `default.toml` is a part of the program and a test reads it; its own faults would be reported like any other's.
    layers.add_toml(DEFAULT_TOML, None, Path::new(""));
    layers
}

/// The built-in layer and the environment.
pub(super) fn read_defaults(environment: &Environment) -> (Values, Vec<Fault>) {
    let mut layers = defaults();
    layers.add_environment(environment);
    (layers.values, layers.faults)
}

/// The defaults, the file over them and the environment over both.
pub(super) fn read(
    options: &Options,
    environment: &Environment,
) -> Result<(Values, Vec<Fault>), ConfigError> {
    let mut layers = defaults();
    let named = options.file.clone().or_else(|| environment.get(FILE_VARIABLE).map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| options.folder.join(FILE_NAME));
    match read_bounded(&path, FILE_BYTES_MAX) {
        Ok(text) => {
            let folder = path.parent().unwrap_or(Path::new(""));
            if !layers.add_toml(&text, Some(&path.display().to_string()), folder) {
                // Whatever stands in a file that is not TOML would be reported as missing as well.
                return Err(ConfigError::Wrong(Faults::new(layers.faults, false)));
            }
        }
        Err(cause) if named.is_none() && cause.kind() == io::ErrorKind::NotFound => {}
        Err(cause) => return Err(ConfigError::Unreadable { path, cause }),
    }
    layers.add_environment(environment);
    Ok((layers.values, layers.faults))
}

/// The language that the settings file asks for, read ahead of everything else: mistakes on the command line and in the
/// rest of the file are reported in it. Whatever is wrong here is found when the settings are loaded.
pub(super) fn language(named: Option<&Path>, environment: &Environment) -> Option<Language> {
    let path =
        named.or_else(|| environment.get(FILE_VARIABLE).map(Path::new)).unwrap_or(Path::new(FILE_NAME));
    let text = read_bounded(path, FILE_BYTES_MAX).ok()?;
    let (table, _) = DeTable::parse_recoverable(text.trim_start_matches('\u{feff}'));
    Language::named(table.get_ref().get("language")?.get_ref().as_str()?)
}

/// A file's text; an error where it is longer than `bytes_max` or not UTF-8.
pub(super) fn read_bounded(path: &Path, bytes_max: u64) -> io::Result<String> {
    use io::Read as _;
    let mut text = String::new();
    let read = fs::File::open(path)?.take(bytes_max + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read > bytes_max) {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {bytes_max} bytes"),
        ));
    }
    Ok(text)
}

#[derive(Default)]
struct Layers {
    values: Values,
    faults: Vec<Fault>,
}

/// A TOML file while it is read.
#[derive(Clone, Copy)]
struct Document<'a> {
    text: &'a str,
    /// None: the built-in one.
    file: Option<&'a str>,
    folder: &'a Path,
}

impl Document<'_> {
    fn position(&self, offset: usize, path: &str) -> Position {
        let Some(file) = self.file else { return Position::Default(path.to_owned()) };
        let line = 1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        Position::File { file: file.to_owned(), line, path: path.to_owned() }
    }
}

impl Layers {
    fn fault(&mut self, position: Position, what: What) {
        self.faults.push(Fault { position, what });
    }

    /// Whether it was TOML.
    fn add_toml(&mut self, text: &str, file: Option<&str>, folder: &Path) -> bool {
        let document = Document { text: text.trim_start_matches('\u{feff}'), file, folder };
        let (table, errors) = DeTable::parse_recoverable(document.text);
        for error in errors.iter().take(SYNTAX_FAULTS_MAX) {
            // Not the error itself: that shows the line, and the line may hold a secret.
            let position = document.position(error.span().map_or(0, |span| span.start), "");
            self.fault(position, What::NotToml(error.message().to_owned()));
        }
        if !errors.is_empty() {
            return false;
        }
        for (section, value) in table.get_ref() {
            self.add_section(document, section, value);
        }
        true
    }

    fn add_section(
        &mut self,
        document: Document<'_>,
        section: &Spanned<toml::de::DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let name: &str = section.get_ref();
        let position = document.position(section.span().start, name);
        // A setting of the whole program stands above all sections.
        if let Some((setting, _)) = find(&SETTINGS, name) {
            self.values.settings.insert(setting.path, Given { value: raw(value.get_ref()), position });
            return;
        }
        match value.get_ref() {
            DeValue::Array(apps) if name == "apps" => {
                for app in apps {
                    match app.get_ref() {
                        DeValue::Table(table) => {
                            self.add_app(document, document.position(app.span().start, "apps"), table);
                        }
                        other => self.fault(document.position(app.span().start, "apps"), not_a_table(other)),
                    }
                }
            }
            DeValue::Table(_) if name == "apps" => {
                self.fault(position, What::OneBracket);
            }
            DeValue::Table(table) if SETTINGS.iter().any(|setting| section_of(setting.path) == name) => {
                let mut values = std::mem::take(&mut self.values.settings);
                self.add_table(document, &SETTINGS, &format!("{name}."), table, &mut values);
                self.values.settings = values;
            }
            other if name == "apps" || SETTINGS.iter().any(|setting| section_of(setting.path) == name) => {
                self.fault(position, not_a_table(other));
            }
            _ => {
                let mut known: Vec<&str> =
                    SETTINGS.iter().map(|setting| section_of(setting.path)).chain(["apps"]).collect();
                known.dedup();
                let near = same_key(name).or_else(|| nearest(name, &known));
                self.fault(position, unknown(near, &known));
            }
        }
    }

    fn add_app(&mut self, document: Document<'_>, position: Position, table: &DeTable<'_>) {
        let mut values = Map::new();
        self.add_table(document, &APP_SETTINGS, "", table, &mut values);
        self.values.apps.push(AppValues { position, values });
    }

    fn add_table(
        &mut self,
        document: Document<'_>,
        settings: &'static [Setting],
        prefix: &str,
        table: &DeTable<'_>,
        values: &mut Map,
    ) {
        let mut added: Vec<&'static str> = Vec::new();
        let label = if prefix.is_empty() { "apps." } else { prefix };
        for (key, value) in table {
            let key_text: &str = key.get_ref();
            let position = document.position(key.span().start, &format!("{label}{key_text}"));
            let path = format!("{prefix}{key_text}");
            let Some((setting, in_file)) = find(settings, &path) else {
                let known: Vec<&str> =
                    settings.iter().filter_map(|setting| setting.path.strip_prefix(prefix)).collect();
                let near = nearest(key_text, &known)
                    .map(|near| Near { name: format!("{label}{}", near.name), ..near });
                self.fault(position, unknown(near.or_else(|| same_key(key_text)), &known));
                continue;
            };
            if added.contains(&setting.path) {
                self.fault(position, What::GivenTwice);
                continue;
            }
            added.push(setting.path);
            let value = match (raw(value.get_ref()), in_file) {
                (Raw::Text(file), true) => Raw::InFile(document.folder.join(file)),
                (_, true) => Raw::Other(ValueKind::NoPath),
                (value, false) => value,
            };
            values.insert(setting.path, Given { value, position });
        }
    }

    fn add_environment(&mut self, environment: &Environment) {
        let mut settings = std::mem::take(&mut self.values.settings);
        self.add_variables(environment, &SETTINGS, &mut settings);
        self.values.settings = settings;

        let mut app = Map::new();
        self.add_variables(environment, &APP_SETTINGS, &mut app);
        if !app.is_empty() {
            let is_default = |values: &Map| matches!(values.get("name"), Some(Given { value: Raw::Text(name), .. }) if name == DEFAULT_APP);
            if let Some(of_file) = self.values.apps.iter_mut().find(|app| is_default(&app.values)) {
                of_file.values.append(&mut app);
            } else {
                let position = Position::Environment("WECOM_CORP_ID".to_owned());
                app.insert(
                    "name",
                    Given { value: Raw::Text(DEFAULT_APP.to_owned()), position: position.clone() },
                );
                self.values.apps.insert(0, AppValues { position, values: app });
            }
        }
        self.find_misspelt(environment);
    }

    fn add_variables(&mut self, environment: &Environment, settings: &'static [Setting], values: &mut Map) {
        for setting in settings {
            let Some(variable) = setting.variable else { continue };
            let of_file = format!("{variable}_FILE");
            let position = |name: &str| Position::Environment(name.to_owned());
            match (environment.get(variable), environment.get(&of_file)) {
                (Some(value), None) => match value.to_str() {
                    Some(text) => {
                        let value = Raw::Text(text.to_owned());
                        values.insert(setting.path, Given { value, position: position(variable) });
                    }
                    None => self.fault(position(variable), What::NotUtf8),
                },
                (None, Some(path)) if setting.secret => {
                    let value = Raw::InFile(PathBuf::from(path));
                    values.insert(setting.path, Given { value, position: position(&of_file) });
                }
                (Some(value), Some(_)) if setting.secret => {
                    self.fault(position(variable), What::GivenTwiceBy(of_file));
                    // Kept all the same, so that it is not reported as missing as well.
                    let value = Raw::Text(value.to_string_lossy().into_owned());
                    values.insert(setting.path, Given { value, position: position(variable) });
                }
                (_, Some(_)) => {
                    self.fault(position(&of_file), What::NotSecret(variable.to_owned()));
                }
                (None, None) => {}
            }
        }
    }

    fn find_misspelt(&mut self, environment: &Environment) {
        let known: Vec<String> = SETTINGS
            .iter()
            .chain(&APP_SETTINGS)
            .filter_map(|setting| setting.variable)
            .flat_map(|variable| [variable.to_owned(), format!("{variable}_FILE")])
            .chain([FILE_VARIABLE.to_owned()])
            .collect();
        let ours =
            |name: &str| ["GREETER_", "WECOM_", "DATABASE_"].iter().any(|prefix| name.starts_with(prefix));
        for name in environment.0.keys().filter(|name| ours(name) && !known.contains(name)) {
            if let Some(near) = misspelt(name, &known) {
                self.fault(Position::Environment(name.clone()), unknown(Some(near), &[]));
            }
        }
    }
}

fn not_a_table(value: &DeValue<'_>) -> What {
    What::FoundKind { expected: Expected::Section, found: kind(value) }
}

fn kind(value: &DeValue<'_>) -> ValueKind {
    match value {
        DeValue::String(_) => ValueKind::Text,
        DeValue::Integer(_) => ValueKind::Number,
        DeValue::Float(_) => ValueKind::Fraction,
        DeValue::Boolean(_) => ValueKind::Flag,
        DeValue::Datetime(_) => ValueKind::Date,
        DeValue::Array(_) => ValueKind::List,
        DeValue::Table(_) => ValueKind::Section,
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.clone().into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Raw::Integer(number),
            Err(_) => Raw::Other(ValueKind::TooLargeNumber),
        },
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Array(list) => {
            let texts = list.iter().map(|value| value.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().map_or(Raw::Other(ValueKind::List), Raw::Texts)
        }
        DeValue::Table(table) => {
            let pair = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let name: &toml::de::DeString<'_> = name.get_ref();
                Some((name.to_string(), value.get_ref().as_str()?.to_owned()))
            };
            let pairs = table.iter().map(pair);
            pairs.collect::<Option<Vec<_>>>().map_or(Raw::Other(ValueKind::Section), Raw::Pairs)
        }
        other => Raw::Other(kind(other)),
    }
}
