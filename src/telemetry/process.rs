//! What the operating system knows of this process, under the names that every dashboard for Prometheus asks for
//! (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>). Read from `/proc` when somebody
//! asks; elsewhere than on Linux there is nothing.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
    registry::Unit,
};

/// The figures of this process.
#[derive(Debug)]
pub(super) struct OfProcess;

/// What `/proc` says at one moment. A figure that it does not give is left out.
#[derive(Debug, Default, PartialEq)]
struct Figures {
    cpu_seconds: Option<f64>,
    resident_bytes: Option<u64>,
    virtual_bytes: Option<u64>,
    started_at_seconds: Option<f64>,
    threads: Option<u64>,
    open_fds: Option<u64>,
    max_fds: Option<u64>,
}

impl Collector for OfProcess {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Figures {
            cpu_seconds,
            resident_bytes,
            virtual_bytes,
            started_at_seconds,
            threads,
            open_fds,
            max_fds,
        } = read();
        if let Some(seconds) = cpu_seconds {
            let counter = ConstCounter::new(seconds);
            let described = encoder.encode_descriptor(
                "process_cpu",
                "Processor time of this process",
                Some(&Unit::Seconds),
                MetricType::Counter,
            )?;
            counter.encode(described)?;
        }
        gauge(&mut encoder, "process_resident_memory", "Memory in use", Some(&Unit::Bytes), resident_bytes)?;
        gauge(&mut encoder, "process_virtual_memory", "Addresses in use", Some(&Unit::Bytes), virtual_bytes)?;
        if let Some(seconds) = started_at_seconds {
            let described = encoder.encode_descriptor(
                "process_start_time",
                "When this process began, in Unix seconds",
                Some(&Unit::Seconds),
                MetricType::Gauge,
            )?;
            ConstGauge::new(seconds).encode(described)?;
        }
        gauge(&mut encoder, "process_threads", "Threads of this process", None, threads)?;
        gauge(&mut encoder, "process_open_fds", "Open files and connections", None, open_fds)?;
        gauge(&mut encoder, "process_max_fds", "How many there may be", None, max_fds)
    }
}

fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    figure: Option<u64>,
) -> fmt::Result {
    let Some(figure) = figure else { return Ok(()) };
    let gauge = ConstGauge::new(i64::try_from(figure).unwrap_or(i64::MAX));
    let described = encoder.encode_descriptor(name, help, unit, MetricType::Gauge)?;
    gauge.encode(described)
}

#[cfg(target_os = "linux")]
fn read() -> Figures {
    use procfs::{CurrentSI as _, KernelStats, WithCurrentSystemInfo as _, process::Process};

    let Ok(me) = Process::myself() else { return Figures::default() };
    let mut figures = Figures {
        open_fds: me.fd_count().ok().and_then(|count| u64::try_from(count).ok()),
        max_fds: me.limits().ok().and_then(|limits| match limits.max_open_files.soft_limit {
            procfs::process::LimitValue::Value(most) => Some(most),
            procfs::process::LimitValue::Unlimited => None,
        }),
        ..Figures::default()
    };
    if let Ok(stat) = me.stat() {
        let ticks = procfs::ticks_per_second();
        figures.cpu_seconds = Some(of_ticks(stat.utime.saturating_add(stat.stime), ticks));
        figures.resident_bytes = Some(stat.rss_bytes().get());
        figures.virtual_bytes = Some(stat.vsize);
        figures.threads = u64::try_from(stat.num_threads).ok();
        figures.started_at_seconds =
            KernelStats::current().ok().map(|kernel| of_ticks(kernel.btime * ticks + stat.starttime, ticks));
    }
    figures
}

#[cfg(target_os = "linux")]
#[expect(clippy::cast_precision_loss, reason = "a time in ticks is far below 2^53")]
fn of_ticks(ticks: u64, per_second: u64) -> f64 {
    ticks as f64 / per_second.max(1) as f64
}

#[cfg(not(target_os = "linux"))]
fn read() -> Figures {
    Figures::default()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_files_and_a_beginning_in_the_past() {
        let figures = read();
        assert!(figures.resident_bytes.unwrap() > 1 << 20, "{figures:?}");
        assert!(figures.virtual_bytes >= figures.resident_bytes, "{figures:?}");
        assert!(figures.open_fds.unwrap() >= 3 && figures.max_fds.unwrap() >= figures.open_fds.unwrap());
        assert!(figures.threads.unwrap() >= 1 && figures.cpu_seconds.unwrap() >= 0.0);
        // 2025-01-01: no machine that runs this has been up since before.
        assert!(figures.started_at_seconds.unwrap() > 1_735_689_600.0, "{figures:?}");
    }
}
