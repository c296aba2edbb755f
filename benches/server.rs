//! The server as a whole, over HTTP: durable acks a second beside a handler that only says "success", how soon after an
//! event its welcome leaves, and how many customers a second are welcomed and tagged.
//!
//! `cargo bench --bench server [-- SECONDS]`. The load generator, the API that answers at once and the server share the
//! machine, so ratios within one run count and absolute figures do not. PostgreSQL: `BENCH_POSTGRES_URL`, an empty
//! database; without it that half is left out.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and a benchmark that fails stops"
)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time and stands outside of the program")]

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{HttpResponse, HttpServer, web};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use wecom_core::{
    callback::{Keys, seal},
    clock::Clock,
};
use wecom_greeter::{
    app::App,
    config::{self, Config},
    flow::{context::open_store, engine::Engine},
};

const TOKEN: &str = "BenchmarkToken";
const AES_KEY: &str = "benchmarkEncodingAESKeyThatProtectsNothing0";
const CORP: &str = "ww9f3c1d7be20a4455";
const CONNECTIONS: [usize; 2] = [64, 256];
const RULES: &str = "rules: [ { name: r, welcome: { text: 您好! }, tag: { add: [etBenchmark] } } ]";

fn main() {
    let seconds = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(4);
    let each = Duration::from_secs(seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let sqlite = |name: &str| format!("sqlite://{}/{name}.db", directory.path().display());
        let postgres = std::env::var("BENCH_POSTGRES_URL").ok();

        println!("durable acks a second, {seconds} s each\n");
        for connections in CONNECTIONS {
            let bare = acks(bare(), connections, each).await;
            println!(
                "{connections:>4} connections  bare handler  {:>7.0}/s  p99 {:>6.2} ms",
                bare.a_second, bare.p99_ms
            );
            let databases =
                [("SQLite", Some(sqlite(&format!("acks{connections}")))), ("PostgreSQL", postgres.clone())];
            for (name, url) in databases.into_iter().filter_map(|(name, url)| Some((name, url?))) {
                let server = Server::start(&url, "rules: []", None).await;
                let ours = acks(server.address, connections, each).await;
                let ratio = ours.a_second / bare.a_second;
                println!(
                    "{:>16} {name:<12} {:>7.0}/s  p99 {:>6.2} ms  {ratio:.2} of the bare handler",
                    "", ours.a_second, ours.p99_ms
                );
                server.stop().await;
            }
        }

        println!("\narrival to send_welcome_msg, open loop\n");
        let api = Api::start();
        let server = Server::start(&sqlite("latency"), RULES, Some(&api)).await;
        for a_second in [5_u64, 200] {
            let sent = departures(&server, &api, a_second, each).await;
            println!(
                "{a_second:>4} a second  p50 {:>6.2} ms  p99 {:>6.2} ms  max {:>6.2} ms",
                sent.p50_ms, sent.p99_ms, sent.max_ms
            );
        }
        server.stop().await;

        println!("\ncustomers welcomed and tagged a second, as many as go through\n");
        for (name, url) in [("SQLite", Some(sqlite("pipeline"))), ("PostgreSQL", postgres)] {
            let Some(url) = url else { continue };
            let server = Server::start(&url, RULES, Some(&api)).await;
            println!("{name:<12} {:>7.0}/s", pipeline(&server, &api, each).await);
            server.stop().await;
        }
    });
}

struct Server {
    address: SocketAddr,
    engine: Engine,
    running: tokio::task::JoinHandle<()>,
}

impl Server {
    async fn start(url: &str, rules: &str, api: Option<&Api>) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let api_base =
            api.map_or_else(|| "http://127.0.0.1:9".to_owned(), |api| format!("http://{}", api.address));
        let config = Config {
            language: None,
            time_zone: jiff::tz::TimeZone::UTC,
            retention: config::Retention { days: 0 },
            alert_url: None,
            database: config::Database { url: url.to_owned().into(), migrate: true, connections: 16 },
            http: config::Http {
                listen: free,
                body_max_bytes: 524_288,
                only_wecom_addresses: false,
                trusted_proxies: Vec::new(),
            },
            admin: config::Admin {
                listen: free,
                url: None,
                token: None,
                requests_per_second: 100,
                wecom_login: None,
            },
            apps: vec![config::App {
                name: "default".into(),
                corp_id: CORP.into(),
                secret: "secret".to_owned().into(),
                token: TOKEN.to_owned().into(),
                encoding_aes_key: AES_KEY.to_owned().into(),
                agent_id: None,
                receive_ids: Vec::new(),
            }],
            wecom: config::Wecom {
                login_base: api_base.clone(),
                api_base,
                welcome_concurrency: 64,
                tag_concurrency: 16,
                lookup_budget: Duration::from_secs(2),
            },
            forward: config::Forward {
                allow_private_networks: false,
                environment: config::Environment::default(),
            },
            shutdown: config::Shutdown { grace: Duration::from_secs(10) },
            log: config::Log {
                filter: "off".into(),
                format: config::LogFormat::Text,
                chosen: false,
                colors: false,
            },
            warnings: Vec::new(),
        };
        let store = open_store(&config.database).await.unwrap();
        store.import_rules(rules, None, 0).await.unwrap();
        store.close().await;
        let app = App::build(config, Clock::system()).await.unwrap();
        let (address, engine) = (app.callback_addr(), app.engine().clone());
        let running = tokio::spawn(async move {
            app.run().await.unwrap();
        });
        Self { address, engine, running }
    }

    async fn stop(self) {
        self.engine.shutdown.begin();
        self.running.await.unwrap();
    }
}

/// A handler that reads the body and says "success": what the machine can do at the most.
fn bare() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = HttpServer::new(|| {
        actix_web::App::new()
            .default_service(web::to(|_: web::Bytes| async { HttpResponse::Ok().body("success") }))
    });
    tokio::spawn(server.listen(listener).unwrap().disable_signals().run());
    address
}

/// An API that answers everything at once and notes when each welcome came.
struct Api {
    address: SocketAddr,
    welcomes: Arc<std::sync::Mutex<std::collections::HashMap<String, Instant>>>,
    tags: Arc<AtomicU64>,
}

impl Api {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (welcomes, tags) = (Arc::default(), Arc::new(AtomicU64::new(0)));
        let state = (Arc::clone(&welcomes), Arc::clone(&tags));
        let server = HttpServer::new(move || {
            let (welcomes, tags): (Arc<std::sync::Mutex<std::collections::HashMap<String, Instant>>>, _) =
                state.clone();
            actix_web::App::new().default_service(web::to(
                move |request: actix_web::HttpRequest, body: web::Bytes| {
                    let path = request.path();
                    if path.ends_with("send_welcome_msg") {
                        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
                        let code = body["welcome_code"].as_str().unwrap().to_owned();
                        welcomes.lock().unwrap().entry(code).or_insert_with(Instant::now);
                    } else if path.ends_with("mark_tag") {
                        tags.fetch_add(1, Ordering::Relaxed);
                    }
                    async {
                        HttpResponse::Ok()
                            .body(r#"{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}"#)
                    }
                },
            ))
        });
        tokio::spawn(server.workers(1).listen(listener).unwrap().disable_signals().run());
        Self { address, welcomes, tags }
    }
}

/// A request that adds a customer nobody has seen before, whole, as it goes over the wire; and its welcome code.
fn callback(keys: &Keys, number: u64) -> (Vec<u8>, String) {
    let code = format!("code{number}");
    let now_s = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let plaintext = format!(
        "<xml>\n  <ToUserName><![CDATA[{CORP}]]></ToUserName>\n  <FromUserName><![CDATA[sys]]></FromUserName>\n  \
         <CreateTime>{now_s}</CreateTime>\n  <MsgType><![CDATA[event]]></MsgType>\n  \
         <Event><![CDATA[change_external_contact]]></Event>\n  <ChangeType><![CDATA[add_external_contact]]></ChangeType>\n  \
         <UserID><![CDATA[lisi.01]]></UserID>\n  <ExternalUserID><![CDATA[wm{number:030}]]></ExternalUserID>\n  \
         <WelcomeCode><![CDATA[{code}]]></WelcomeCode>\n</xml>"
    );
    let sealed = seal(keys, plaintext.as_bytes(), "1733900461", "1372623149", [7; 16]);
    let body = sealed.to_xml(CORP, Some("1000042"));
    let head = format!(
        "POST /callback/default?{} HTTP/1.1\r\nHost: bench\r\nContent-Length: {}\r\n\r\n",
        sealed.to_query(),
        body.len()
    );
    ([head.as_bytes(), body.as_bytes()].concat(), code)
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

fn keys() -> Keys {
    Keys::new(TOKEN, AES_KEY, CORP).unwrap()
}

async fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut [u8]) {
    stream.write_all(request).await.unwrap();
    let mut read = 0;
    loop {
        read += stream.read(&mut buffer[read..]).await.unwrap();
        if buffer[..read].ends_with(b"success") {
            return;
        }
        assert!(read > 0 && read < buffer.len(), "{}", String::from_utf8_lossy(&buffer[..read]));
    }
}

struct Figures {
    a_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

fn figures(mut took: Vec<Duration>, within: Duration) -> Figures {
    took.sort_unstable();
    let at = |share: f64| {
        #[expect(
            clippy::cast_sign_loss,
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = ((took.len() - 1) as f64 * share) as usize;
        took[index].as_secs_f64() * 1_000.0
    };
    #[expect(clippy::cast_precision_loss, reason = "a count")]
    let a_second = took.len() as f64 / within.as_secs_f64();
    Figures { a_second, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1.0) }
}

/// Closed loop: each connection sends its next callback when the last one is acked. Callbacks are sealed beforehand.
async fn acks(address: SocketAddr, connections: usize, each: Duration) -> Figures {
    let keys = keys();
    let sealed: Vec<Vec<u8>> =
        (0..150_000).map(|_| callback(&keys, NUMBER.fetch_add(1, Ordering::Relaxed)).0).collect();
    let (sealed, next) = (Arc::new(sealed), Arc::new(AtomicU64::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    let begun = Instant::now();
    for _ in 0..connections {
        let (sealed, next) = (Arc::clone(&sealed), Arc::clone(&next));
        tasks.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (mut took, mut buffer) = (Vec::new(), [0; 1_024]);
            while begun.elapsed() < each {
                let number = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap();
                // Past the end the same callbacks come again, as deliveries of events that are there: cheaper, so the
                // number sealed is more than the machine acks.
                let sent = Instant::now();
                exchange(&mut stream, &sealed[number % sealed.len()], &mut buffer).await;
                took.push(sent.elapsed());
            }
            took
        });
    }
    let took: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    figures(took, begun.elapsed())
}

/// Open loop: a callback every so often whatever became of those before; from its last byte sent to the API being called.
async fn departures(server: &Server, api: &Api, a_second: u64, each: Duration) -> Figures {
    let keys = keys();
    let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / a_second));
    let begun = Instant::now();
    let mut sent = Vec::new();
    let mut idle: Vec<TcpStream> = Vec::new();
    let (back, mut returned) = tokio::sync::mpsc::unbounded_channel();
    while begun.elapsed() < each {
        ticks.tick().await;
        while let Ok(stream) = returned.try_recv() {
            idle.push(stream);
        }
        let mut stream = match idle.pop() {
            Some(stream) => stream,
            None => TcpStream::connect(server.address).await.unwrap(),
        };
        let (request, code) = callback(&keys, NUMBER.fetch_add(1, Ordering::Relaxed));
        let back = back.clone();
        sent.push((code, Instant::now()));
        tokio::spawn(async move {
            exchange(&mut stream, &request, &mut [0; 1_024]).await;
            let _ = back.send(stream);
        });
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let welcomes = api.welcomes.lock().unwrap();
    let took = sent
        .iter()
        .map(|(code, sent)| welcomes.get(code).expect("every customer is welcomed").duration_since(*sent));
    figures(took.collect(), each)
}

/// As many customers as go through: a closed loop of callbacks, until all are welcomed and tagged.
async fn pipeline(server: &Server, api: &Api, each: Duration) -> f64 {
    let keys = Arc::new(keys());
    let before = api.tags.load(Ordering::Relaxed);
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (keys, address) = (Arc::clone(&keys), server.address);
        tasks.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let mut count = 0_u64;
            while begun.elapsed() < each {
                let (request, _) = callback(&keys, NUMBER.fetch_add(1, Ordering::Relaxed));
                exchange(&mut stream, &request, &mut [0; 1_024]).await;
                count += 1;
            }
            count
        });
    }
    let added: u64 = tasks.join_all().await.into_iter().sum();
    while api.tags.load(Ordering::Relaxed) - before < added {
        assert!(begun.elapsed() < each + Duration::from_mins(2), "they are not all tagged");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count")]
    let a_second = added as f64 / begun.elapsed().as_secs_f64();
    a_second
}
