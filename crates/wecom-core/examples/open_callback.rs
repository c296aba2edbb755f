//! A callback, verified and opened in a handler of one's own. A simulated WeCom calls it: a customer adds an employee.
//!
//! ```console
//! cargo run -p wecom-core --example open_callback
//! ```

use std::{error::Error, time::Duration};

use secrecy::ExposeSecret as _;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use wecom_core::{
    callback::{self, Keys, Sealed},
    clock::Clock,
    event::{Event, Kind},
};
use wecom_simulator::{AddCustomer, Corp, Options, Simulator};

/// A callback has some hundred bytes of XML. Whoever sends more than this is not WeCom.
const REQUEST_MAX_BYTES: usize = 64 * 1024;

/// WeCom gives the whole exchange five seconds.
const REQUEST_WITHIN: Duration = Duration::from_secs(5);

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn main() -> Result<(), Box<dyn Error>> {
    let corp = Corp::sample();
    // From the console: 接收消息 → 设置API接收. The third is whom callbacks are sealed for: the corp.
    let keys = Keys::new(corp.token.expose_secret(), corp.encoding_aes_key.expose_secret(), &corp.corp_id)?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let callback = format!("http://{}/callback", listener.local_addr()?).parse()?;
    let options = Options { corp, callback: Some(callback), ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await?;
    wecom.add_customer(&AddCustomer { state: Some("spring".into()), ..AddCustomer::default() })?;

    let (connection, _) = listener.accept().await?;
    let event = timeout(REQUEST_WITHIN, receive(connection, &keys)).await??;
    let Kind::Customer(customer) = &event.kind else { return Err("this is no event of a customer".into()) };
    println!("{}: employee {:?}, channel {:?}", customer.change, event.user_id(), event.state());
    wecom.stop().await;
    Ok(())
}

/// What a web framework does in one's own program: it reads the request, and answers `success` once it is opened.
async fn receive(mut connection: TcpStream, keys: &Keys) -> Result<Event, Box<dyn Error>> {
    let mut request = Vec::new();
    let (head_end, length) = loop {
        if connection.read_buf(&mut request).await? == 0 || request.len() > REQUEST_MAX_BYTES {
            return Err("the request is cut off or too long".into());
        }
        let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
        let length: Option<usize> = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|length| length.trim().parse().ok());
        break (end + 4, length.ok_or("the request has no length")?.min(REQUEST_MAX_BYTES));
    };
    while request.len() < head_end + length {
        if connection.read_buf(&mut request).await? == 0 {
            return Err("the request is cut off".into());
        }
    }
    let head = std::str::from_utf8(&request[..head_end])?;
    let target = head.split(' ').nth(1).unwrap_or_default();
    let query = target.split_once('?').map_or("", |(_, query)| query);

    let opened = callback::open(keys, &Sealed { query, body: &request[head_end..] });
    let answer =
        if opened.is_ok() { "200 OK\r\ncontent-length: 7\r\n\r\nsuccess" } else { "403 Forbidden\r\n\r\n" };
    connection.write_all(format!("HTTP/1.1 {answer}").as_bytes()).await?;
    Ok(Event::parse(&opened?))
}
