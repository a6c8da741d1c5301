//! Every operation that is measured, one family a file.

mod aead;
mod agreement;
mod batch;
mod block;
mod digest;
mod packet;
mod stream;

use crate::operation::Operation;

pub fn all() -> Vec<Operation> {
    [
        block::operations(),
        stream::operations(),
        digest::operations(),
        batch::operations(),
        aead::operations(),
        agreement::operations(),
        packet::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
