//! Lists all customers of all employees by pages, against a simulated WeCom in the same process.
//!
//! `cargo run -p wecom-client --example list_customers`

use std::error::Error;

use futures_util::TryStreamExt as _;
use wecom_client::{ApiBase, CallOptions, Client, ClientOptions, contact::BatchGetByUser};
use wecom_core::clock::Clock;
use wecom_simulator::{AddCustomer, Options, Simulator, corp::Corp};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start(Options::default(), Clock::system(), 1).await?;
    for _ in 0..5 {
        simulator.add_customer(&AddCustomer::default())?;
    }
    let corp = Corp::sample();
    let base = ApiBase::parse(&simulator.api_base())?;
    let client = Client::of(ClientOptions::new(corp.corp_id, corp.secret, base))?;
    let external = client.external();

    let employees = external.get_follow_user_list(CallOptions::default()).await?;
    println!("{} employees may have customers", employees.len());

    // Two on a page, to see that pages follow one another; without a limit it is as many as WeCom allows.
    let request = BatchGetByUser { userid_list: employees, limit: Some(2), ..BatchGetByUser::default() };
    let mut customers = external.batch_get_by_user_all(&request, CallOptions::default());
    let mut count = 0;
    while let Some(customer) = customers.try_next().await? {
        let contact = customer.external_contact.unwrap_or_default();
        let follower = customer.follow_info.unwrap_or_default().follow_user;
        println!("{:?} is a customer of {:?}", contact.external_userid, follower.userid);
        count += 1;
    }
    println!("{count} in all");
    simulator.stop().await;
    Ok(())
}
