//! In which format the figures are given: Prometheus' own, or OpenMetrics for whoever asks for it.

/// The formats in which the figures can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Prometheus' text format, which every collector reads.
    Text,
    /// OpenMetrics, for whoever asks for it.
    OpenMetrics,
}

impl Format {
    /// What an `Accept` header asks for. Prometheus names OpenMetrics there; a person's browser or curl does not.
    pub fn asked_for(accept: &str) -> Self {
        if accept.contains("application/openmetrics-text") { Self::OpenMetrics } else { Self::Text }
    }

    /// The content type of the answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openmetrics_is_for_whoever_asks_for_it() {
        let prometheus = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5";
        assert_eq!(Format::asked_for(prometheus), Format::OpenMetrics);
        assert_eq!(Format::asked_for("text/html,*/*"), Format::Text);
        assert_eq!(Format::asked_for(""), Format::Text);
    }
}
