//! An error and what it came of, on one line.

/// An error with its causes, for a log line: `could not do this: because of that: because of the other`. Where an error has
/// said its cause already, as the database's driver does, it does not stand there twice.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("could not store the event")]
    struct Outer(#[source] Wrapper);

    #[derive(Debug, thiserror::Error)]
    #[error("error returned from database: {0}")]
    struct Wrapper(#[source] std::io::Error);

    #[test]
    fn a_cause_that_was_said_does_not_stand_there_twice() {
        let error = Outer(Wrapper(std::io::Error::other("database is locked")));
        assert_eq!(
            chain(&error),
            "could not store the event: error returned from database: database is locked"
        );
    }
}
