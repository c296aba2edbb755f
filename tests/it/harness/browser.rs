//! Chromium as a person uses it, through chromedriver (W3C WebDriver). A few calls of plain JSON over HTTP: the libraries for
//! it stand on crates under a licence that this project does not take.
//!
//! Where no chromedriver is found a story is left out, with a line that says so; with `GREETER_TESTS_REQUIRE_BROWSER=1` that is a
//! failure.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How long something may take to show itself. Far more than it takes, on a busy machine too.
const SOON: Duration = Duration::from_secs(30);

/// A name of this machine that browsers do not take for their own, as a private address is: what comes from there by plain
/// HTTP has no clipboard.
pub const ELSEWHERE: &str = "greeter.test";

/// By which name the protocol knows an element (W3C WebDriver, 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// axe-core's script, as `.ci/axe` brings it; `None`, and a line on stderr, where it was not brought.
#[expect(clippy::print_stderr, reason = "whoever runs the tests is to know what was left out")]
pub fn axe() -> Option<String> {
    use sha2::{Digest as _, Sha256};
    let wanted = include_str!("../../../.ci/axe").lines().find_map(|line| line.strip_prefix("file_sha256="));
    // The test's own program stands in target/debug/deps.
    let program = std::env::current_exe().unwrap();
    let script = program.ancestors().nth(3).unwrap().join("axe.min.js");
    let Ok(script) = std::fs::read_to_string(&script) else {
        let required = std::env::var_os("GREETER_TESTS_REQUIRE_BROWSER").is_some();
        assert!(!required, "axe-core is required and not at {}: .ci/axe brings it", script.display());
        eprintln!("left out: there is no axe-core (.ci/axe brings it)");
        return None;
    };
    let digest = Sha256::digest(script.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(Some(digest.as_str()), wanted, "another axe-core than .ci/axe names");
    Some(script)
}

/// A browser with one window.
pub struct Browser {
    driver: Child,
    session: String,
    http: reqwest::Client,
    base: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens one that shows pages of this server; `None`, and a line on stderr, where there is no driver.
    #[expect(clippy::print_stderr, reason = "whoever runs the tests is to know what was left out")]
    pub async fn open(base: &str) -> Option<Self> {
        let started = Command::new("chromedriver")
            .args(["--port=0", "--allowed-ips="])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = started else {
            let required = std::env::var_os("GREETER_TESTS_REQUIRE_BROWSER").is_some();
            assert!(!required, "chromedriver is required and not found");
            eprintln!("left out: no chromedriver is found (Debian: chromium chromium-driver)");
            return None;
        };
        let said = BufReader::new(driver.stdout.take().unwrap());
        // "ChromeDriver was started successfully on port 41234."
        let mut lines = said.lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.expect("chromedriver says its port");
        // Whoever writes to a pipe that nobody reads is ended by it.
        std::thread::spawn(move || lines.for_each(drop));
        let http = crate::http::http();
        let profile = tempfile::tempdir().unwrap();
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--window-size=1280,900", "--lang=zh-CN",
                format!("--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"),
                format!("--user-data-dir={}", profile.path().display()),
            ]},
        }}});
        let url = format!("http://127.0.0.1:{port}/session");
        let slow = http.post(&url).timeout(Duration::from_mins(2)).json(&capabilities);
        let answer: Value = slow.send().await.unwrap().json().await.unwrap();
        let id = answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}"));
        Some(Self { session: format!("{url}/{id}"), driver, http, base: base.to_owned(), _profile: profile })
    }

    async fn ask(&self, path: &str, body: Option<Value>) -> Result<Value, Value> {
        let url = format!("{}{path}", self.session);
        let request = match body {
            Some(body) => self.http.post(url).json(&body),
            None => self.http.get(url),
        };
        let answer: Value = request.timeout(SOON).send().await.unwrap().json().await.unwrap();
        let value = answer["value"].clone();
        if value.get("error").is_some() { Err(value) } else { Ok(value) }
    }

    async fn done(&self, path: &str, body: Value) -> Value {
        self.ask(path, Some(body)).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Goes to a path.
    pub async fn go(&self, path: &str) {
        self.done("/url", json!({"url": format!("{}{path}", self.base)})).await;
    }

    /// The path and query of where it is.
    pub async fn path(&self) -> String {
        let url = self.ask("/url", None).await.unwrap();
        url.as_str().unwrap().trim_start_matches(&self.base).to_owned()
    }

    /// Runs a script in the page and gives what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.done("/execute/sync", json!({"script": script, "args": []})).await
    }

    /// How wide and how high the page is. Not by the window, which a browser does not make as narrow as a phone.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        let command = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": size});
        self.done("/goog/cdp/execute", command).await;
    }

    /// Light or dark, as the system says.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let command = json!({"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}});
        self.done("/goog/cdp/execute", command).await;
    }

    /// A picture of the window, as PNG.
    pub async fn picture(&self) -> Vec<u8> {
        use base64::Engine as _;
        let picture = self.ask("/screenshot", None).await.unwrap();
        base64::prelude::BASE64_STANDARD.decode(picture.as_str().unwrap()).unwrap()
    }

    /// The first element that an XPath finds, as soon as there is one.
    async fn find(&self, xpath: &str) -> String {
        let begun = Instant::now();
        loop {
            let query = json!({"using": "xpath", "value": xpath});
            if let Ok(found) = self.ask("/element", Some(query)).await {
                return found[ELEMENT].as_str().unwrap().to_owned();
            }
            assert!(begun.elapsed() < SOON, "waited in vain for {xpath} on {}", self.path().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until a text stands on the page.
    pub async fn see(&self, text: &str) {
        self.find(&format!("//body[contains(normalize-space(.), {})]", quoted(text))).await;
    }

    /// Writes into the field of this label.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.find(&format!("//*[@id=//label[normalize-space(.)={}]/@for]", quoted(label))).await;
        self.done(&format!("/element/{field}/clear"), json!({})).await;
        self.done(&format!("/element/{field}/value"), json!({"text": text})).await;
    }

    /// Types into what an XPath finds: of a field for files the path of one.
    pub async fn type_at(&self, xpath: &str, text: &str) {
        let field = self.find(xpath).await;
        self.done(&format!("/element/{field}/value"), json!({"text": text})).await;
    }

    /// Presses the first link or button of this name.
    pub async fn press(&self, name: &str) {
        let name = quoted(name);
        let found = self
            .find(&format!(
                "//*[(self::a or self::button) and (normalize-space(.)={name} or @aria-label={name})]"
            ))
            .await;
        self.done(&format!("/element/{found}/click"), json!({})).await;
    }

    /// Waits until an XPath finds something.
    pub async fn find_at(&self, xpath: &str) {
        self.find(xpath).await;
    }

    /// Presses what an XPath finds.
    pub async fn press_at(&self, xpath: &str) {
        let found = self.find(xpath).await;
        self.done(&format!("/element/{found}/click"), json!({})).await;
    }

    /// What the page has complained of: errors of scripts, of the network, and of the content security policy.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.done("/se/log", json!({"type": "browser"})).await;
        let lines = log.as_array().unwrap().iter();
        lines
            .filter(|line| matches!(line["level"].as_str(), Some("SEVERE" | "WARNING")))
            .map(|line| line["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Presses keys, wherever the page has its focus. Control is `\u{E009}`, and holds for the rest of them.
    pub async fn keys(&self, text: &str) {
        let active = self.ask("/element/active", None).await.unwrap();
        let active = active[ELEMENT].as_str().unwrap();
        self.done(&format!("/element/{active}/value"), json!({"text": text})).await;
    }

    /// What axe-core finds wrong with the page that is serious or critical: rule, what is to be done, where. `options` are
    /// axe-core's: which of its rules are asked.
    pub async fn barriers(&self, axe: &str, options: &str) -> Vec<String> {
        if self.run("return typeof axe").await != "object" {
            self.run(axe).await;
        }
        let found = self
            .run(&format!(
                "return axe.run(document, {{ resultTypes: ['violations'], {options} }}).then(({{ violations }}) => violations
                     .filter(({{ impact }}) => impact === 'serious' || impact === 'critical')
                     .map(({{ id, help, nodes }}) => `${{id}}: ${{help}}: ${{nodes.map((node) => node.target.join(' ') + ' ' +
                         (node.any[0]?.message ?? '')).slice(0, 4).join('; ')}}`))"
            ))
            .await;
        found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    }

    /// Closes it. No journey ends with a complaint of the browser's.
    pub async fn close(mut self) {
        assert_eq!(self.complaints().await, Vec::<String>::new(), "at the end, on {}", self.path().await);
        let _ = self.http.delete(&self.session).timeout(SOON).send().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A story that failed leaves no driver behind; the browser ends with it.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A text as XPath takes it.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "{text}");
    format!("\"{text}\"")
}
