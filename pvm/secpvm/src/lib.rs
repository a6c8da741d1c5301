//! The `secpvm` command: its [`commands`], a file each, and what they stand on. Other programs of the
//! project use the latter too: the choice of a suite by name, the state of a running pvmd and its log,
//! and the laboratory of [`lab`].

pub mod commands;
pub mod daemon;
pub mod keys;
pub mod lab;
pub mod log;
pub mod manual;
pub mod suite;
pub mod tree;

mod counters;
mod failures;
mod foreground;
mod hex;
mod keylog;
mod os;
pub mod output;
mod own_file;
mod service;
mod start_lock;
