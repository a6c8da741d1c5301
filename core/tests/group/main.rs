//! Group keying from the outside: epochs change over a network that loses, repeats, reorders and
//! forges, and nobody hears what is not meant for them.

#![cfg(feature = "current")]

mod life;
mod messages;
mod simulation;
mod transcript;
mod world;
