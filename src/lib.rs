//! Greets and tags the customers that WeCom (企业微信) employees add.
//!
//! WeCom calls a URL when a customer adds an employee, and gives a `welcome_code` that works once, for 20 seconds.
//! This crate is the server behind that URL, and everything it is made of. The modules stand in reading order: first
//! what is pure, then the edges where bytes leave the process, then the flow that joins them, then what people
//! and programs touch. An event's way leads from [`callback`](wecom_core::callback) through
//! [`event`](wecom_core::event), [`intake`](flow::intake), [`store`], [`planner`](flow::planner) and [`rules`] to
//! [`dispatch`](flow::dispatch) and [the client](wecom_client); `docs/ARCHITECTURE.md` walks it step by step.
//!
//! Five promises hold everywhere: acked means stored; the welcome goes first and alone; every event has an end that
//! can be read; one binary and no second system; it can be tried without WeCom ([`wecom_simulator`]).

// Pure: no I/O, no clock, no async, no logging.
pub mod language;
pub mod action;
pub mod refusal;
pub mod access;
pub mod when;
pub mod network;
pub mod rules;

// The edges: the places where bytes leave the process.
pub mod store;
pub mod forward;

// What is remembered of WeCom, what is counted of it, and the flow.
pub mod known;
pub mod stats;
pub mod flow;
pub mod alert;
pub mod doctor;

// What people and programs touch.
pub mod http;
pub mod app;
pub mod cli;

// The frame.
pub mod config;
pub mod shutdown;
pub mod telemetry;
