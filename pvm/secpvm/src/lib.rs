//! The parts of the `secpvm` command that other programs of the project use too: the choice of a
//! suite by name, the state of a running pvmd and its log, and the laboratory of [`lab`].

pub mod console;
pub mod daemon;
pub mod doctor;
pub mod kat;
mod keylog;
pub mod keys;
pub mod lab;
pub mod log;
pub mod manual;
pub mod pages;
pub mod rekey;
pub mod run;
pub mod status;
pub mod suite;
pub mod tree;

mod os;
mod service;
