//! The program: parse, run, exit.

use std::process::ExitCode;

use clap::Parser as _;
use wecom_greeter::cli::{self, Cli};

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => cli::run(cli),
        Err(answer) => cli::usage(answer),
    }
}
