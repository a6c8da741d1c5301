//! What is measured: an operation on messages of one size, by us and by others.

/// Sizes of messages, in bytes.
pub const SIZES: [usize; 5] = [64, 1024, 4096, 65_536, 1_048_576];

/// The size at which targets hold, where there is a choice.
pub const TARGET_SIZE: usize = 4096;

/// One library's way to do an operation, ready: keys are expanded, buffers filled.
pub struct Contestant {
    pub library: &'static str,
    pub call: Box<dyn FnMut()>,
}

/// What we are called.
pub const US: &str = "secpvm";

/// A target: our speed divided by the fastest of `peers`, at messages of `size` bytes.
#[derive(Clone, Copy)]
pub struct Target {
    pub at_least: f64,
    pub peers: &'static [&'static str],
    pub size: usize,
}

pub struct Operation {
    pub name: &'static str,
    pub sizes: &'static [usize],
    /// Messages that one call works on.
    pub messages: usize,
    pub target: Option<Target>,
    /// Those that can do it, for messages of so many bytes; one of them is [`US`].
    pub contestants: Box<dyn Fn(usize) -> Vec<Contestant>>,
}

impl Operation {
    pub fn new(
        name: &'static str,
        contestants: impl Fn(usize) -> Vec<Contestant> + 'static,
    ) -> Self {
        Self {
            name,
            sizes: &SIZES,
            messages: 1,
            target: None,
            contestants: Box::new(contestants),
        }
    }

    pub fn sizes(mut self, sizes: &'static [usize]) -> Self {
        self.sizes = sizes;
        self
    }

    /// One call works on so many messages.
    pub fn messages(mut self, messages: usize) -> Self {
        self.messages = messages;
        self
    }

    /// At [`TARGET_SIZE`], or the only size there is.
    pub fn target(self, at_least: f64, peers: &'static [&'static str]) -> Self {
        let size = match self.sizes {
            [size] => *size,
            _ => TARGET_SIZE,
        };
        self.target_at(size, at_least, peers)
    }

    pub fn target_at(mut self, size: usize, at_least: f64, peers: &'static [&'static str]) -> Self {
        self.target = Some(Target {
            at_least,
            peers,
            size,
        });
        self
    }

    pub fn at(&self, size: usize) -> Vec<Contestant> {
        (self.contestants)(size)
    }
}

pub fn contestant(library: &'static str, call: impl FnMut() + 'static) -> Contestant {
    Contestant {
        library,
        call: Box::new(call),
    }
}

/// A message of `len` bytes.
pub fn message(len: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(len).collect()
}

/// A key of `N` bytes, none of whose parts are the same.
pub fn key<const N: usize>() -> [u8; N] {
    core::array::from_fn(|i| (i as u8).wrapping_mul(37) ^ 0x5a)
}
