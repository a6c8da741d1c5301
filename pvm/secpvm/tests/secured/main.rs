//! Secured machines, whole: stock PVM in namespaces, under the tree that `cargo xtask build` makes.

mod doctor;
mod flood;
mod hosts;
mod keyring;
mod keys;
mod logins;
mod machine;
mod programs;
mod refusals;
mod replay;
mod secrets;
mod status;
mod wire;
