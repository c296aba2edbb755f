//! The program: parse, run, exit.

use std::process::ExitCode;

use wecom_greeter::cli;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os()) {
        Ok(cli) => cli::run(cli),
        Err(answer) => cli::usage(answer),
    }
}
