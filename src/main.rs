//! The program: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    wecom_greeter::cli::run(std::env::args_os().collect())
}
