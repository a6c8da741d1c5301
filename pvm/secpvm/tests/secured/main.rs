//! Secured machines, whole: stock PVM in namespaces, under the tree that `cargo xtask build` makes.

mod attacks;
mod by_hand;
mod classic;
mod disks;
mod doctor;
mod examples;
mod flood;
mod hostfile;
mod hosts;
mod keyring;
mod keys;
mod kills;
mod levels;
mod logins;
mod machine;
mod manual;
mod programs;
mod refusals;
mod replay;
mod secrets;
mod side_by_side;
mod stalls;
mod status;
mod tasks;
mod terminal;
mod wire;
