//! Sends a welcome to a new customer, against a simulated WeCom in the same process.
//!
//! `cargo run -p wecom-client --example send_welcome`

use std::error::Error;

use wecom_client::{ApiBase, CallOptions, Client, ClientOptions, contact::SendWelcomeMsg};
use wecom_core::{clock::Clock, message::Text};
use wecom_simulator::{AddCustomer, Options, Simulator, corp::Corp};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start(Options::default(), Clock::system(), 1).await?;
    let corp = Corp::sample();
    let base = ApiBase::parse(&simulator.api_base())?;
    let client = Client::of(ClientOptions::new(corp.corp_id, corp.secret, base))?;

    // A customer adds an employee. WeCom calls the app with a code that works once, for 20 seconds.
    let added = simulator.add_customer(&AddCustomer::default())?;
    let welcome_code = added.welcome_code.ok_or("there is no code in the event")?;
    println!("{} was added by {}", added.employee, added.customer);

    let welcome = SendWelcomeMsg {
        welcome_code,
        text: Some(Text { content: "您好，很高兴认识您".to_owned() }),
        attachments: Vec::new(),
    };
    let external = client.external();
    external.send_welcome_msg(&welcome, CallOptions::default()).await?;
    println!("welcomed: {}", welcome.text.as_ref().map_or("", |text| text.content.as_str()));

    // A second one is refused, and the error says so.
    match external.send_welcome_msg(&welcome, CallOptions::default()).await {
        Err(error) if error.errcode() == Some(41051) => println!("not twice: {error}"),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("a code works once".into()),
    }
    simulator.stop().await;
    Ok(())
}
