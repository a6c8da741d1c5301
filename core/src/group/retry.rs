//! Retransmission: how often a message is sent, and when it is given up.

/// The pause after the first sending. A round trip between daemons takes well under a
/// millisecond on one network, and under 200 ms on most of the others.
const FIRST_PAUSE_MS: u64 = 200;

/// The longest pause; each is twice the one before, up to this.
const PAUSE_MAX_MS: u64 = 2_000;

/// How often a message is sent. Where one datagram in ten is lost, message and answer both arrive
/// with probability 0.81, and eight times in a row one of them is lost with 0.19^8 < 2^-19.
const SENDINGS_MAX: u32 = 8;

/// From the first sending until a message is given up, in milliseconds:
/// 200 + 400 + 800 + 1600 + 4 * 2000 = 11 000.
pub const RETRY_SPAN_MS: u64 = {
    let mut span_ms = 0;
    let mut sendings = 1;
    while sendings <= SENDINGS_MAX {
        span_ms += pause_ms(sendings);
        sendings += 1;
    }
    span_ms
};

/// The pause after the `sendings`-th sending.
const fn pause_ms(sendings: u32) -> u64 {
    let doublings = sendings.saturating_sub(1);
    if doublings > (PAUSE_MAX_MS / FIRST_PAUSE_MS).ilog2() {
        PAUSE_MAX_MS
    } else {
        FIRST_PAUSE_MS << doublings
    }
}

/// One message's retransmission.
pub(super) struct Retry {
    sendings: u32,
    due_ms: u64,
}

impl Retry {
    /// Due at once, whatever the time.
    pub(super) const fn at_once() -> Self {
        Self {
            sendings: 0,
            due_ms: 0,
        }
    }

    /// When it is to be sent, or else given up.
    pub(super) fn due_ms(&self) -> u64 {
        self.due_ms
    }

    pub(super) fn is_due(&self, now_ms: u64) -> bool {
        self.due_ms <= now_ms
    }

    /// Whether it has been sent as often as it may be.
    pub(super) fn is_exhausted(&self) -> bool {
        self.sendings >= SENDINGS_MAX
    }

    pub(super) fn sent(&mut self, now_ms: u64) {
        self.sendings = self.sendings.saturating_add(1);
        self.due_ms = now_ms.saturating_add(pause_ms(self.sendings));
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;

    #[test]
    fn a_message_is_sent_eight_times_over_the_stated_span() {
        let mut retry = Retry::at_once();
        let mut times = std::vec::Vec::new();
        let mut now_ms = 5;
        while !retry.is_exhausted() {
            times.push(now_ms - 5);
            retry.sent(now_ms);
            assert!(!retry.is_due(retry.due_ms() - 1) && retry.is_due(retry.due_ms()));
            now_ms = retry.due_ms();
        }
        assert_eq!(times, [0, 200, 600, 1_400, 3_000, 5_000, 7_000, 9_000]);
        assert_eq!(now_ms - 5, RETRY_SPAN_MS);
        assert_eq!(RETRY_SPAN_MS, 11_000);
    }
}
